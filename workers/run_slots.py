"""Room for the runs of one process: many that end soon, beside those that wait for slow targets."""

import asyncio
from collections import Counter

YOUNG_SECONDS = 1.0
"""Most runs have ended by then; one that has not waits for its target, which costs little but memory."""


class RunSlots:
    """At most `young` runs are in their first second, and `old` beyond it; of either a project has two thirds at most.

    So neither silent targets nor a project that has many of them keep other monitors from being run. One event loop's.
    """

    def __init__(self, *, young: int, old: int) -> None:
        self._young = _Room(young)
        self._old = _Room(old)
        self._waiting: list[asyncio.Future[None]] = []

    def is_too_much(self, project_id: int) -> bool:
        """Tell whether this project has its share of the young."""
        return self._young.is_too_much(project_id)

    async def take(self, project_id: int) -> "Slot":
        """Wait for room among the young."""
        while self._young.is_full or self._young.is_too_much(project_id):
            self._waiting.append(changed := asyncio.get_running_loop().create_future())
            await changed
        self._young.enter(project_id)
        return Slot(self, project_id)

    def grow_old(self, project_id: int) -> bool:
        """Let a young run be an old one, if there is room."""
        if self._old.is_full or self._old.is_too_much(project_id):
            return False
        self._old.enter(project_id)
        self.leave(project_id, old=False)
        return True

    def leave(self, project_id: int, *, old: bool) -> None:
        """Let a run be one no more."""
        (self._old if old else self._young).leave(project_id)
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)


class Slot:
    """The room of one run, which gives it back."""

    def __init__(self, slots: RunSlots, project_id: int) -> None:
        self._slots = slots
        self._project_id = project_id
        self._is_old = False
        self._aging = asyncio.get_running_loop().call_later(YOUNG_SECONDS, self._age)

    def free(self) -> None:
        """Give it back, once."""
        self._aging.cancel()
        self._slots.leave(self._project_id, old=self._is_old)

    def _age(self) -> None:
        self._is_old = self._slots.grow_old(self._project_id)
        if not self._is_old:
            self._aging = asyncio.get_running_loop().call_later(YOUNG_SECONDS, self._age)


class _Room:
    def __init__(self, size: int) -> None:
        self._size = size
        self._share = max(1, size * 2 // 3)
        self._of_project: Counter[int] = Counter()
        self._taken = 0

    @property
    def is_full(self) -> bool:
        return self._taken >= self._size

    def is_too_much(self, project_id: int) -> bool:
        return self._of_project[project_id] >= self._share

    def enter(self, project_id: int) -> None:
        self._taken += 1
        self._of_project[project_id] += 1

    def leave(self, project_id: int) -> None:
        self._taken -= 1
        self._of_project[project_id] -= 1
        if not self._of_project[project_id]:
            del self._of_project[project_id]
