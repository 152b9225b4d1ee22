"""The places where scripts run: one child process each, as many as there are cores."""

import os

from app.errors import Unavailable
from app.scripting.process import Child
from app.scripting.turns import Turns


class Slot:
    """A place for one child, used by one script at a time: who has its turn may ask for the child."""

    def __init__(self) -> None:
        self.turns = Turns()
        self._child: Child | None = None
        self._closed = False

    def holds(self, child: Child) -> bool:
        """Tell whether this child is the one here, and can be asked."""
        return self._child is child and child.lives

    async def living_child(self) -> Child:
        """Return the child, a new one if it is dead; raise `Unavailable` when none can be started."""
        if self._closed:
            raise Unavailable("The server is stopping")
        if self._child is None or not self._child.lives:
            self._child = await Child.start()
        return self._child

    async def close(self) -> None:
        """Kill the child; there will be no other."""
        self._closed = True
        if self._child:
            await self._child.kill()


class Slots:
    """All places of this process; they belong to one event loop."""

    def __init__(self, count: int | None = None) -> None:
        self._slots = [Slot() for _ in range(count or os.cpu_count() or 1)]

    def least_busy(self) -> Slot:
        """Return the place with the fewest that use or await it."""
        return min(self._slots, key=lambda slot: slot.turns.wanted)

    async def close(self) -> None:
        """Kill all children."""
        for slot in self._slots:
            await slot.close()
