"""The time of a run: how much is left, and who used it up, the target or we."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from app.errors import Unavailable
from app.scripting.process import WALL_SECONDS, ScriptError

P = ParamSpec("P")
T = TypeVar("T")

_TOLERANCE = 0.005
"""Seconds by which timers may go off early."""


class TimeIsOver(Exception):
    """The run's time is over, and what was to be done next was not done."""


class Budget:
    """The seconds that a whole run may take, from now on, by the running event loop's clock."""

    def __init__(self, seconds: float) -> None:
        self._now = asyncio.get_running_loop().time
        self._began = self._now()
        self._with_target = 0.0
        self.until = self._began + seconds

    @property
    def left(self) -> float:
        """Seconds until the end."""
        return self.until - self._now()

    @property
    def is_over(self) -> bool:
        """Tell whether nothing can be begun any more."""
        return self.left < _TOLERANCE

    @property
    def went_to_target(self) -> bool:
        """Tell whether the larger part so far was spent on requests: then the target is why the time is over."""
        return self._with_target * 2 >= self._now() - self._began

    async def on_target(self, work: Awaitable[T]) -> T:
        """Await what the target takes its time for."""
        began = self._now()
        try:
            return await work
        finally:
            self._with_target += self._now() - began

    async def on_us(self, work: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what waits for our own children and threads.

        Raises `TimeIsOver` when too little was left for it, and `Unavailable` when enough was left and we let it wait.
        """
        if self.is_over:
            raise TimeIsOver
        enough = self.left >= WALL_SECONDS
        try:
            return await work(*args, **kwargs)
        except (ScriptError, Unavailable):
            if not self.is_over:
                raise
        raise Unavailable("The run's time went by while it waited for its turn") if enough else TimeIsOver
