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
        self._since: dict[Slot, float] = {}
        """The young, and from when on a second is counted of each; the longest first."""
        self._aging: asyncio.TimerHandle | None = None
        self._waiting: list[asyncio.Future[None]] = []

    def is_too_much(self, project_id: int) -> bool:
        """Tell whether this project has its share of the young."""
        return self._young.is_too_much(project_id)

    def take_at_once(self, project_id: int) -> "Slot | None":
        """Return room among the young, if there is any for this project."""
        if self._young.is_full or self._young.is_too_much(project_id):
            return None
        self._young.enter(project_id)
        slot = Slot(self, project_id)
        self._count_seconds(slot)
        return slot

    async def take(self, project_id: int) -> "Slot":
        """Wait for room among the young."""
        while (slot := self.take_at_once(project_id)) is None:
            self._waiting.append(changed := asyncio.get_running_loop().create_future())
            await changed
        return slot

    def leave(self, slot: "Slot") -> None:
        """Let a run be one no more."""
        is_young = self._since.pop(slot, None) is not None
        (self._young if is_young else self._old).leave(slot.project_id)
        self._tell()

    def _count_seconds(self, slot: "Slot") -> None:
        """Look at a young run in a second. One timer serves all: one for each would cost more than the looking."""
        loop = asyncio.get_running_loop()
        self._since[slot] = loop.time()
        if self._aging is None:
            self._aging = loop.call_later(YOUNG_SECONDS, self._age)

    def _age(self) -> None:
        """Let those that are a second old be old ones; those for whom there is no room stay young for another."""
        self._aging = None
        now = asyncio.get_running_loop().time()
        aged = [slot for slot, since in self._since.items() if since <= now - YOUNG_SECONDS]
        for slot in aged:
            del self._since[slot]
            if self._old.is_full or self._old.is_too_much(slot.project_id):
                self._count_seconds(slot)
            else:
                self._young.leave(slot.project_id)
                self._old.enter(slot.project_id)
        if self._since and self._aging is None:
            pause = next(iter(self._since.values())) + YOUNG_SECONDS - now
            self._aging = asyncio.get_running_loop().call_later(pause, self._age)
        if aged:
            self._tell()

    def _tell(self) -> None:
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)


class Slot:
    """The room of one run, which gives it back."""

    __slots__ = ("_slots", "project_id")

    def __init__(self, slots: RunSlots, project_id: int) -> None:
        self._slots = slots
        self.project_id = project_id

    def free(self) -> None:
        """Give it back, once."""
        self._slots.leave(self)


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
