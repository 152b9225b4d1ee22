"""Room for the runs of one process: many that end soon, beside those that wait for slow targets."""

import asyncio
from collections import Counter

YOUNG_SECONDS = 1.0
"""Most runs have ended by then; one that has not waits for its target, which costs little but memory."""


class RunSlots:
    """At most `at_once` runs are young, and `in_all` under way, half of these of one project; one event loop's.

    So neither silent targets nor a project that has many of them keep other monitors from being run.
    """

    def __init__(self, *, at_once: int, in_all: int) -> None:
        self._young = asyncio.Semaphore(at_once)
        self._in_all = in_all
        self._of_project: Counter[int] = Counter()

    async def take(self, project_id: int) -> "Slot | None":
        """Wait for room among the young; None when there is none in all, or none for this project."""
        if self._is_full(project_id):
            return None
        await self._young.acquire()
        if self._is_full(project_id):
            self._young.release()
            return None
        self._of_project[project_id] += 1
        return Slot(self._young, self._of_project, project_id)

    def _is_full(self, project_id: int) -> bool:
        return self._of_project.total() >= self._in_all or self._of_project[project_id] >= self._in_all // 2


class Slot:
    """The room of one run, which gives it back."""

    def __init__(self, young: asyncio.Semaphore, of_project: Counter[int], project_id: int) -> None:
        self._young: asyncio.Semaphore | None = young
        self._of_project = of_project
        self._project_id = project_id
        self._aging = asyncio.get_running_loop().call_later(YOUNG_SECONDS, self._grow_old)

    def free(self) -> None:
        """Give it back, once."""
        self._aging.cancel()
        self._grow_old()
        self._of_project[self._project_id] -= 1
        if not self._of_project[self._project_id]:
            del self._of_project[self._project_id]

    def _grow_old(self) -> None:
        if self._young is not None:
            self._young.release()
            self._young = None
