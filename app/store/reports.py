"""What runs of monitors came to, by stretches of time: read from roll-ups, and from runs at ragged ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    case,
    column,
    func,
    or_,
    select,
    true,
)

from app.db.engine import Database
from app.db.given_rows import given_rows, packed
from app.db.prepared import PreparedSelect
from app.models.columns import BigId, UtcDateTime
from app.models.tables import rollups, runs
from app.probes.result import PhaseTimes
from app.rules.keeping import RUNS_KEPT
from app.rules.outcomes import Outcome
from app.rules.report_tiles import RAW, tiles

SUMMARY = timedelta(hours=24)
"""How far the figures beside a monitor reach back."""

RANKED_RUNS = 100_000
"""Percentiles are those of so many of the newest runs."""

_TILES = given_rows(
    "tiles",
    column("key", BigInteger()),
    column("watchable_id", BigInteger()),
    column("resolution", BigInteger()),
    column("since", UtcDateTime()),
    column("until", UtcDateTime()),
)
_PARTS = ("resolve", "connect", "tls", "processing", "transfer", "closing", "total")
_IS_MEASURED = or_(*(runs.c.outcome == outcome for outcome in Outcome if outcome.is_measured))


@dataclass(frozen=True, slots=True)
class Figures:
    """Measured runs of one stretch of time, of which there is at least one: numbers, and milliseconds.

    `slow` ones passed; `failures` are those of outcome FAIL. Sums and means are over all of the runs; a part that did
    not happen in a run counts as nothing, so that the means of the parts add up to that of the total.
    """

    runs: int
    slow: int
    failures: int
    resolve_sum: float
    connect_sum: float
    tls_sum: float
    processing_sum: float
    transfer_sum: float
    closing_sum: float
    total_sum: float
    total_min: float
    total_max: float

    @property
    def uptime(self) -> float:
        """The share of runs that passed, 0 to 1."""
        return (self.runs - self.failures) / self.runs

    @property
    def mean_total(self) -> float:
        """The mean of whole runs."""
        return self.total_sum / self.runs

    @property
    def mean_phases(self) -> PhaseTimes:
        """The mean of each part."""
        return PhaseTimes(
            self.resolve_sum / self.runs,
            self.connect_sum / self.runs,
            self.tls_sum / self.runs,
            self.processing_sum / self.runs,
            self.transfer_sum / self.runs,
            self.closing_sum / self.runs,
        )

    def __add__(self, other: "Figures") -> "Figures":
        """Return the figures of both stretches together."""
        sums: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in _SUMS}
        lowest, highest = min(self.total_min, other.total_min), max(self.total_max, other.total_max)
        return Figures(**sums, total_min=lowest, total_max=highest)


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds that so many of the runs took at most: half of them, 95 and 99 of a hundred."""

    median: float
    p95: float
    p99: float


_SUMS = tuple(field.name for field in fields(Figures))[:-2]
"""The names of the figures that add up."""


async def figures(
    database: Database,
    monitor_id: int,
    edges: Sequence[datetime],
    *,
    now: datetime,
    location_id: int | None = None,
) -> list[Figures | None]:
    """Return what is between each two neighbours of the ascending edges, the earlier one included, None for nothing.

    Two statements at most, which read rows in proportion to the number of edges. Numbers are exact as long as runs are
    kept; further back an hour that an edge cuts belongs to the bucket in which it begins, and in the end so does a day
    (app/rules/keeping.py). Of one location, or of all.
    """
    wanted = [(each.key, monitor_id, *each[1:]) for each in tiles(edges, now)]
    found = await _read(database, wanted, location_id)
    return [found.get(key) for key in range(len(edges) - 1)]


async def day_figures(database: Database, monitor_ids: Sequence[int], now: datetime) -> dict[int, Figures]:
    """Return what the last 24 hours until now, this moment included, were for each monitor that was measured in them.

    Two statements, however many monitors there are.
    """
    # Nothing is later than now, and whole days are the cheapest to read.
    layout = tiles((now - SUMMARY, now + 2 * SUMMARY), now)
    return await _read(database, [(number, number, *each[1:]) for number in monitor_ids for each in layout], None)


async def whole_figures(
    database: Database, monitor_ids: Sequence[int], start: datetime, end: datetime, *, now: datetime
) -> dict[int, Figures]:
    """Return what is from `start` on and before `end` for each of these monitors that was measured then.

    Two statements at most, however many monitors there are; as exact as `figures`.
    """
    layout = tiles((start, end), now)
    return await _read(database, [(number, number, *each[1:]) for number in monitor_ids for each in layout], None)


def total(found: Iterable[Figures | None]) -> Figures | None:
    """Return the figures of all these stretches together, None when there is nothing in any."""
    whole: Figures | None = None
    for each in found:
        whole = each if whole is None else whole if each is None else whole + each
    return whole


async def percentiles(
    database: Database,
    monitor_id: int,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    location_id: int | None = None,
) -> Percentiles | None:
    """Return the percentiles of whole runs from `start` on and before `end`, by nearest rank, in one statement.

    Of the newest `RANKED_RUNS`; None when there are none, or when the stretch began before runs are kept.
    """
    if start < now - RUNS_KEPT:
        return None
    row = await _RANKED.row(
        database, watchable_id=monitor_id, since=start, until=end, location_id=location_id, anywhere=location_id is None
    )
    return None if row is None or row[0] is None else Percentiles(*row)


async def _read(
    database: Database, wanted: list[tuple[int, int, int, int, int]], location_id: int | None
) -> dict[int, Figures]:
    """Return the figures by the keys of the tiles: (key, monitor, resolution, since, until)."""
    found: dict[int, Figures] = {}
    for statements, is_raw in ((_OF_ROLLUPS, False), (_OF_RUNS, True)):
        some = [tile for tile in wanted if (tile[2] == RAW) is is_raw]
        if not some:
            continue
        given = {"tiles": packed(some), "location_id": location_id, "anywhere": location_id is None}
        for key, *values in await statements[database.is_sqlite].rows(database, **given):
            part = Figures(*values)
            found[key] = found[key] + part if key in found else part
    return found


def _of(location: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Tell whether this is the parameter `location_id`, or any, which the parameter `anywhere` allows."""
    is_named = location == bindparam("location_id", type_=BigId)
    return location.is_not(None) & (bindparam("anywhere", type_=Boolean()) | is_named)


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0), type_=BigId)


def _from_rollups(*, is_sqlite: bool) -> Select[Any]:
    within = and_(
        rollups.c.watchable_id == _TILES.c.watchable_id,
        rollups.c.resolution == _TILES.c.resolution,
        rollups.c.bucket_at >= _TILES.c.since,
        rollups.c.bucket_at < _TILES.c.until,
        _of(rollups.c.location_id),
    )
    part, joined = _joined(rollups, within, is_sqlite=is_sqlite)
    sums = [func.sum(part.c[name], type_=part.c[name].type) for name in _SUMS]
    extremes = (func.min(part.c.total_min), func.max(part.c.total_max))
    return select(_TILES.c.key, *sums, *extremes).select_from(joined).group_by(_TILES.c.key)


def _from_runs(*, is_sqlite: bool) -> Select[Any]:
    within = and_(
        runs.c.watchable_id == _TILES.c.watchable_id,
        runs.c.created_at >= _TILES.c.since,
        runs.c.created_at < _TILES.c.until,
        _IS_MEASURED,
        _of(runs.c.location_id),
    )
    part, joined = _joined(runs, within, is_sqlite=is_sqlite)
    counts = (func.count(), _counted(part.c.outcome == Outcome.SLOW), _counted(part.c.outcome == Outcome.FAIL))
    sums = [func.sum(func.coalesce(part.c[f"{name}_ms"], 0.0)) for name in _PARTS]
    extremes = (func.min(part.c.total_ms), func.max(part.c.total_ms))
    return select(_TILES.c.key, *counts, *sums, *extremes).select_from(joined).group_by(_TILES.c.key)


def _joined(table: Table, within: ColumnElement[bool], *, is_sqlite: bool) -> tuple[FromClause, FromClause]:
    """Return the rows that are within tiles, and the tiles joined to them, so that an index is asked for each tile.

    SQLite does so by itself. PostgreSQL would rather read all that there is of the monitor, unless the offset, which it
    cannot look through, keeps it from it.
    """
    if is_sqlite:
        return table, _TILES.join(table, within)
    part = select(table).where(within).offset(0).lateral("part")
    return part, _TILES.join(part, true())


def _ranked(at_most: int = RANKED_RUNS) -> Select[Any]:
    newest = (
        select(runs.c.total_ms)
        .where(
            runs.c.watchable_id == bindparam("watchable_id", type_=BigId),
            runs.c.created_at >= bindparam("since", type_=UtcDateTime()),
            runs.c.created_at < bindparam("until", type_=UtcDateTime()),
            _IS_MEASURED,
            _of(runs.c.location_id),
        )
        .order_by(runs.c.created_at.desc())
        .limit(at_most)
        .subquery()
    )
    rank = func.row_number().over(order_by=newest.c.total_ms)
    ranked = select(newest.c.total_ms, rank.label("rank"), func.count().over().label("runs")).subquery()
    reached = (ranked.c.rank * 100 >= ranked.c.runs * percent for percent in (50, 95, 99))
    return select(*(func.min(case((at_least, ranked.c.total_ms))) for at_least in reached))


_OF_ROLLUPS = {is_sqlite: PreparedSelect(_from_rollups(is_sqlite=is_sqlite)) for is_sqlite in (True, False)}
_OF_RUNS = {is_sqlite: PreparedSelect(_from_runs(is_sqlite=is_sqlite)) for is_sqlite in (True, False)}
_RANKED = PreparedSelect(_ranked())
