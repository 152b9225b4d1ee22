"""All validations of a step, judged without keeping the event loop waiting."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from app.errors import Unavailable
from app.rules.judgements import Judgement, is_costly, judged
from app.rules.steps import StepResponse
from app.rules.validations import Validation, ValidationSource
from app.scripting.process import ScriptError


class Scripts(Protocol):
    """The scripts of the run, as `Session` is."""

    async def validate(self, script: str) -> None:
        """Run a validation; raise `ScriptError` when it does not pass."""


class Judges:
    """Judges responses; what searches, in threads of its own, one a core, which let go after a bounded time."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="validations")

    async def judged(
        self, validations: Sequence[Validation], response: StepResponse, session: Scripts, *, deadline: float
    ) -> list[Judgement]:
        """Return what came of each validation, in their order.

        `Unavailable` when the run's deadline, by the event loop's clock, passed first: that says nothing about the
        response.
        """
        plain = [one for one in validations if one.source is not ValidationSource.JAVASCRIPT]
        judgements = await self._judge(plain, response, deadline)
        if len(plain) == len(validations):
            return judgements
        found = iter(judgements)
        return [
            await _judged_by_script(session, one.expression)
            if one.source is ValidationSource.JAVASCRIPT
            else next(found)
            for one in validations
        ]

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _judge(
        self, validations: Sequence[Validation], response: StepResponse, deadline: float
    ) -> list[Judgement]:
        if not any(map(is_costly, validations)):
            return [judged(one, response) for one in validations]
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(deadline):
                return [await loop.run_in_executor(self._threads, judged, one, response) for one in validations]
        except TimeoutError:
            raise Unavailable("The run's time was over before its validations were judged") from None


async def _judged_by_script(session: Scripts, script: str) -> Judgement:
    try:
        await session.validate(script)
    except ScriptError as error:
        return Judgement(passed=False, message=str(error))
    return Judgement(passed=True)
