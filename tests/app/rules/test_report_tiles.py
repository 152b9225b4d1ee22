"""Each bucket is laid out without gaps, without overlaps, and with as few rows as there can be."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.keeping import DAY, HOUR, MINUTE, ROLLUPS_KEPT, RUNS_KEPT
from app.rules.report_tiles import RAW, Tile, tiles

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def shown(*edges: datetime, now: datetime = NOW) -> list[tuple[int, int, str, str]]:
    return [(tile.key, tile.resolution, *map(clock_time, (tile.since, tile.until))) for tile in tiles(edges, now)]


def clock_time(microseconds: int) -> str:
    return f"{EPOCH + timedelta(microseconds=microseconds):%d %H:%M:%S}"


def test_whole_days_are_one_stretch_of_days():
    assert shown(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 8, tzinfo=UTC)) == [
        (0, DAY, "01 00:00:00", "08 00:00:00")
    ]


def test_a_ragged_bucket_is_days_hours_minutes_and_runs():
    edges = datetime(2026, 2, 26, 22, 58, 30, tzinfo=UTC), datetime(2026, 2, 28, 1, 1, 1, tzinfo=UTC)

    assert sorted(shown(*edges), key=lambda tile: tile[2]) == [
        (0, RAW, "26 22:58:30", "26 22:59:00"),
        (0, MINUTE, "26 22:59:00", "26 23:00:00"),
        (0, HOUR, "26 23:00:00", "27 00:00:00"),
        (0, DAY, "27 00:00:00", "28 00:00:00"),
        (0, HOUR, "28 00:00:00", "28 01:00:00"),
        (0, MINUTE, "28 01:00:00", "28 01:01:00"),
        (0, RAW, "28 01:01:00", "28 01:01:01"),
    ]


def test_without_minutes_runs_fill_the_hour():
    start = datetime(2026, 1, 10, 10, 30, tzinfo=UTC)

    assert shown(start, start + timedelta(hours=1)) == [
        (0, RAW, "10 10:30:00", "10 11:00:00"),
        (0, RAW, "10 11:00:00", "10 11:30:00"),
    ]


def test_without_minutes_and_runs_an_hour_counts_where_it_begins():
    start = datetime(2025, 10, 10, 10, 30, tzinfo=UTC)

    assert shown(start, start + timedelta(hours=1), start + timedelta(hours=2)) == [
        (0, HOUR, "10 11:00:00", "10 12:00:00"),
        (1, HOUR, "10 12:00:00", "10 13:00:00"),
    ]


def test_without_hours_a_day_counts_where_it_begins():
    edges = [datetime(2024, 5, day, 10, 30, tzinfo=UTC) for day in (1, 3, 4)]

    assert shown(*edges) == [
        (0, DAY, "02 00:00:00", "03 00:00:00"),
        (0, DAY, "03 00:00:00", "04 00:00:00"),
        (1, DAY, "04 00:00:00", "05 00:00:00"),
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime.min.replace(tzinfo=UTC), datetime(2, 1, 1, tzinfo=UTC)),
        (datetime(9998, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        (datetime(2015, 1, 1, tzinfo=UTC), datetime(2016, 1, 1, tzinfo=UTC)),
    ],
    ids=["the first year", "the last year", "before all that is kept"],
)
def test_what_is_forgotten_or_to_come_costs_nothing(start: datetime, end: datetime):
    assert shown(start, end) == []


instants = st.datetimes(datetime(2024, 6, 1), datetime(2026, 3, 2), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds UTC


@given(st.lists(instants, min_size=2, max_size=8, unique=True).map(sorted))
def test_stretches_never_overlap_and_lie_in_what_is_kept(edges: list[datetime]):
    found = sorted(tiles(edges, NOW), key=lambda tile: tile.since)

    assert all(earlier.until <= later.since for earlier, later in pairwise(found))
    for tile in found:
        kept = RUNS_KEPT if tile.resolution == RAW else ROLLUPS_KEPT[tile.resolution]
        assert EPOCH + timedelta(microseconds=tile.since) >= NOW - kept - timedelta(days=1)
        if tile.resolution != RAW:
            assert tile.since % (tile.resolution * 1_000_000) == tile.until % (tile.resolution * 1_000_000) == 0


recent = st.datetimes(datetime(2025, 12, 2), datetime(2026, 3, 2), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds UTC


@given(st.lists(recent, min_size=2, max_size=8, unique=True).map(sorted))
def test_while_runs_are_kept_a_bucket_is_covered_to_the_microsecond(edges: list[datetime]):
    found = tiles(edges, NOW)

    for key, (start, end) in enumerate(pairwise(edges)):
        own = sorted((tile for tile in found if tile.key == key), key=lambda tile: tile.since)
        assert own[0].since == (start - EPOCH) // timedelta(microseconds=1)
        assert own[-1].until == (end - EPOCH) // timedelta(microseconds=1)
        assert all(earlier.until == later.since for earlier, later in pairwise(own))
        assert rows(own) <= 2 * (60 + 60 + 24) + (end - start) / timedelta(days=1)


def rows(own: list[Tile]) -> float:
    """How many rows the stretches are made of, at a run a minute."""
    return sum((tile.until - tile.since) / 1_000_000 / (tile.resolution or MINUTE) for tile in own)
