"""How much may be done in which time, and how much of that is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


class Limit(Protocol):
    """A limit whose state is what was left of it at some moment."""

    @property
    def capacity(self) -> int:
        """How much there is of it when nothing was taken."""

    def left(self, tokens: float, updated_at: datetime, now: datetime) -> float:
        """Return what is left now, of which `tokens` were left at `updated_at`."""


@dataclass(frozen=True, slots=True)
class Flowing:
    """So many at once; what was taken comes back evenly, all of it in `per`."""

    capacity: int
    per: timedelta

    @property
    def pause(self) -> timedelta:
        """How long it takes until there is one more."""
        return self.per / self.capacity

    def left(self, tokens: float, updated_at: datetime, now: datetime) -> float:
        """Return what is left now; a clock that was set back brings nothing."""
        came_back = self.capacity * max((now - updated_at) / self.per, 0.0)
        return min(tokens + came_back, self.capacity)


@dataclass(frozen=True, slots=True)
class Monthly:
    """So many in each calendar month, in UTC."""

    capacity: int

    def left(self, tokens: float, updated_at: datetime, now: datetime) -> float:
        """Return what is left in this month."""
        same_month = (updated_at.year, updated_at.month) == (now.year, now.month)
        return min(tokens, self.capacity) if same_month else self.capacity
