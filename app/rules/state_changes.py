"""Changes of a stored state, of checks and monitors alike, and which of them are news."""

from dataclasses import dataclass
from datetime import datetime

from app.rules.states import FlipReason, WatchState

_WORKS = frozenset({WatchState.UP, WatchState.DEGRADED})


@dataclass(frozen=True, slots=True)
class StateChange:
    """One change of the stored state."""

    at: datetime
    from_state: WatchState
    to_state: WatchState
    reason: FlipReason

    @property
    def is_told(self) -> bool:
        """Tell whether contacts hear of it (specs/healthchecks.md section 9.5): that something new works is no news."""
        return self.to_state is WatchState.DOWN or (self.from_state is WatchState.DOWN and self.to_state in _WORKS)
