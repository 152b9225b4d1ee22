"""Changes of the clock, and what a clock shows minute by minute: for slow readings of schedules."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

MINUTE = timedelta(minutes=1)
CHANGES = [
    ("Europe/Riga", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ("Europe/Riga", datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, 0, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, 0, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Antarctica/Troll", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ("Antarctica/Troll", datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
]
HALF_WINDOW = timedelta(hours=26)
# Half of the pings come within three hours of the change, to the second.
_SECONDS = st.integers(-10_800, 10_800) | st.integers(-93_000, 93_000)
INSTANTS = st.lists(_SECONDS.map(lambda seconds: timedelta(seconds=seconds)), min_size=12, max_size=12)
"""How long after a change pings come."""


@dataclass(frozen=True)
class Tick:
    """One minute of real time: what the clock shows, for the which time, and what it jumped over to get there."""

    instant: datetime
    wall: datetime
    repeated: bool
    skipped: tuple[datetime, ...]


@cache
def ticks(zone: ZoneInfo, start: datetime, end: datetime) -> list[Tick]:
    """Watch the clock of a zone from start (excluded) to end (excluded)."""
    watched = []
    before = start.astimezone(zone).replace(tzinfo=None)
    instant = start
    while (instant := instant + MINUTE) < end:
        now = instant.astimezone(zone)
        wall = now.replace(tzinfo=None, fold=0)
        jumped = int((wall - before) / MINUTE)
        skipped = tuple(before + n * MINUTE for n in range(1, jumped))
        watched.append(Tick(instant, wall, bool(now.fold), skipped))
        before = wall
    return watched
