"""Outages in the database, with why they began."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, Select, func, or_, select

from app.db.reader import AnyRow, Reader
from app.models.tables import outages, watchables
from app.probes.result import Phase
from app.rules.root_cause import Evidence, EvidenceKind


@dataclass(frozen=True, slots=True)
class OutageRecord:
    """All that is stored of one outage, opened; every field is a column of that name in `outages`."""

    id: int
    uuid: str
    watchable_id: int
    started_at: datetime
    resolved_at: datetime | None
    locations_down: int
    cause_summary: str
    cause_phase: Phase | None
    cause_code: str
    evidence: tuple[Evidence, ...] = field(repr=False)
    computed_at: datetime | None
    bad_run_id: int | None
    good_run_id: int | None
    ignored: bool


@dataclass(frozen=True, slots=True)
class OutageWindow:
    """The newest outages: numbers below `below`, open or resolved ones or all.

    With `since` and `until` those that were open at any moment from the one on and before the other.
    """

    limit: int
    below: int | None = None
    is_open: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


_NAMES = tuple(one.name for one in fields(OutageRecord))
_COLUMNS = tuple(outages.c[name] for name in _NAMES)
_EVIDENCE = _NAMES.index("evidence")
_SELECT_OUTAGES = select(*_COLUMNS)


async def pages(reader: Reader, watchable_ids: Sequence[int], window: OutageWindow) -> dict[int, list[OutageRecord]]:
    """Return the outages that the window shows of each of these watchables, newest first, by its number."""
    place = func.row_number().over(partition_by=outages.c.watchable_id, order_by=outages.c.id.desc())
    own = outages.c.watchable_id.in_(watchable_ids)
    part = select(*_COLUMNS, place.label("place")).where(own, *_shown(window)).subquery()
    first = select(part).where(part.c.place <= window.limit).order_by(part.c.watchable_id, part.c.place)
    found: dict[int, list[OutageRecord]] = {}
    for row in await reader.rows(first):
        found.setdefault(row.watchable_id, []).append(_record(row))
    return found


async def counts(reader: Reader, watchable_ids: Sequence[int], window: OutageWindow) -> dict[int, int]:
    """Return how many outages of each of these watchables there are, whatever the window's limit and `below`."""
    own = outages.c.watchable_id.in_(watchable_ids)
    counted = select(outages.c.watchable_id, func.count()).where(own, *_chosen(window))
    return {row[0]: row[1] for row in await reader.rows(counted.group_by(outages.c.watchable_id))}


async def of_project(reader: Reader, project_id: int, window: OutageWindow) -> list[OutageRecord]:
    """Return the outages that the window shows of all that the project watches, newest first."""
    wanted = _of_project(_SELECT_OUTAGES, project_id).where(*_shown(window))
    return [_record(row) for row in await reader.rows(wanted.order_by(outages.c.id.desc()).limit(window.limit))]


async def count_of_project(reader: Reader, project_id: int, window: OutageWindow) -> int:
    """Return how many outages the project has, whatever the window's limit and `below`."""
    counted = select(func.count()).select_from(outages)
    row = await reader.row(_of_project(counted, project_id).where(*_chosen(window)))
    return row[0] if row else 0


async def open_of(reader: Reader, watchable_ids: Sequence[int]) -> dict[int, OutageRecord]:
    """Return the open outage of each of these watchables that has one, by the watchable's number."""
    still = outages.c.watchable_id.in_(watchable_ids) & outages.c.resolved_at.is_(None)
    return {row.watchable_id: _record(row) for row in await reader.rows(_SELECT_OUTAGES.where(still))}


async def by_ids(reader: Reader, ids: Sequence[int]) -> dict[int, OutageRecord]:
    """Return the outages with these numbers, by number."""
    return {row.id: _record(row) for row in await reader.rows(_SELECT_OUTAGES.where(outages.c.id.in_(ids)))}


async def by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, OutageRecord]:
    """Return the project's outages with these uuids, by uuid."""
    own = _of_project(_SELECT_OUTAGES, project_id)
    return {row.uuid: _record(row) for row in await reader.rows(own.where(outages.c.uuid.in_(uuids)))}


def packed_evidence(evidence: Sequence[Evidence]) -> str:
    """Return evidence as `outages.evidence` holds it; its texts are whole characters."""
    return orjson.dumps(list(evidence)).decode()


def opened_evidence(packed: str) -> tuple[Evidence, ...]:
    """Return what `packed_evidence` packed."""
    return tuple(
        Evidence(EvidenceKind(one["kind"]), datetime.fromisoformat(one["at"]), one["location_id"], one["text"])
        for one in orjson.loads(packed)
    )


def _record(row: AnyRow) -> OutageRecord:
    values = list(row[: len(_NAMES)])
    values[_EVIDENCE] = opened_evidence(values[_EVIDENCE])
    return OutageRecord(*values)


def _of_project(wanted: Select[*tuple[object, ...]], project_id: int) -> Select[*tuple[object, ...]]:
    joined = wanted.join(watchables, watchables.c.id == outages.c.watchable_id)
    return joined.where(watchables.c.project_id == project_id)


def _shown(window: OutageWindow) -> list[ColumnElement[bool]]:
    below = [] if window.below is None else [outages.c.id < window.below]
    return [*_chosen(window), *below]


def _chosen(window: OutageWindow) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if window.is_open is not None:
        still = outages.c.resolved_at.is_(None)
        conditions.append(still if window.is_open else ~still)
    if window.since is not None:
        conditions.append(or_(outages.c.resolved_at.is_(None), outages.c.resolved_at > window.since))
    if window.until is not None:
        conditions.append(outages.c.started_at < window.until)
    return conditions
