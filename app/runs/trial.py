"""Trial runs: a monitor is run once because somebody asks, and nothing of it is recorded.

They run where they are asked for, by the same runner as those of the schedule (specs/apiscience.md section 10).
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace

from app.errors import Busy, Unavailable
from app.runs.plan import RunPlan
from app.runs.result import RunResult
from app.runs.runner import Runner

MOST_AT_ONCE = 8
LONGEST_SECONDS = 60.0
"""How long a trial run may take, whatever its monitor is given."""
PATIENCE_SECONDS = LONGEST_SECONDS + 5.0
"""When a runner is given up that did not stop at the end of its run's time."""


class Trials:
    """Runs plans for who waits for them: one for each process, used by one event loop.

    Its runner, with processes and sockets of its own, is made by the first trial run and ends with `close`.
    """

    def __init__(
        self, make: Callable[[], AbstractAsyncContextManager[Runner]], *, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._make = make
        self._patience = patience
        self._making = asyncio.Lock()
        self._open = AsyncExitStack()
        self._runner: Runner | None = None
        self._running = 0

    async def run(self, plan: RunPlan) -> RunResult:
        """Run the steps once, within `LONGEST_SECONDS`; Busy at once while as many run as may.

        Unavailable when the runner does not end in time, which is its own trouble.
        """
        if self._running >= MOST_AT_ONCE:
            raise Busy("As many test runs as may are under way.", limit=MOST_AT_ONCE, used=self._running)
        self._running += 1
        try:
            async with asyncio.timeout(self._patience):
                runner = await self._made()
                return await runner.run(replace(plan, retries=0, timeout=min(plan.timeout, LONGEST_SECONDS)))
        except TimeoutError as error:
            raise Unavailable("The test run did not end in time.") from error
        finally:
            self._running -= 1

    async def close(self) -> None:
        """End the runner, if there is one."""
        async with self._making:
            self._runner = None
            await self._open.aclose()

    async def _made(self) -> Runner:
        async with self._making:
            if self._runner is None:
                self._runner = await self._open.enter_async_context(self._make())
            return self._runner
