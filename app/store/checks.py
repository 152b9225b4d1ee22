"""Checks in the database: one record joins what `watchables` and `checks` hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, bindparam, delete, func, insert, select, update

from app.db.engine import Database
from app.db.packed import PackedSelect
from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.errors import Conflict, Foreign, InvalidInput, NotFound
from app.ids import new_uuid, unique_key
from app.models import WatchableKind
from app.models.tables import checks, tags, watchable_tags, watchables
from app.rules.check_state import CheckOutline, CheckState
from app.rules.states import ScheduleKind, WatchState

DEFAULT_PERIOD = 86_400
DEFAULT_GRACE = 3_600


@dataclass(slots=True)
class CheckRecord(CheckState):
    """All that is stored of one check; every field is a column of that name in `watchables` or `checks`."""

    id: int
    uuid: str
    project_id: int
    name: str
    slug: str
    tags: str
    created_at: datetime
    unique_key: str
    badge_uuid: str
    description: str
    methods: str
    start_keywords: str
    success_keywords: str
    failure_keywords: str
    filter_subject: bool
    filter_body: bool
    filter_http_body: bool
    filter_default_fail: bool


@dataclass(slots=True)
class ListedCheck(CheckOutline):
    """What lists show of one check: fewer columns of the same names."""

    id: int
    uuid: str
    name: str
    slug: str
    tags: str
    unique_key: str
    badge_uuid: str
    description: str
    methods: str
    start_keywords: str
    success_keywords: str
    failure_keywords: str
    filter_subject: bool
    filter_body: bool
    filter_http_body: bool
    filter_default_fail: bool


@dataclass(frozen=True, slots=True)
class CheckRef:
    """Names one check of a project: exactly one of the fields is set."""

    uuid: str | None = None
    slug: str | None = None
    unique_key: str | None = None
    id: int | None = None


_NAMES = tuple(field.name for field in fields(CheckRecord))
_WATCHABLE_NAMES = tuple(name for name in _NAMES if name in watchables.c and name != "id")
_CHECK_NAMES = tuple(name for name in _NAMES if name in checks.c)
_JOINED = watchables.join(checks)


def _columns(names: Iterable[str]) -> list[Column[Any]]:
    return [(watchables if name in watchables.c else checks).c[name] for name in names]


select_checks = select(*_columns(_NAMES)).select_from(_JOINED)
"""Every column of a record, in the order of its fields."""

_LISTED_NAMES = tuple(field.name for field in fields(ListedCheck))
_OF_PROJECT = watchables.c.project_id == bindparam("project_id")
_SELECT_LISTED = PackedSelect(ListedCheck, _columns(_LISTED_NAMES), _JOINED, watchables.c.id, _OF_PROJECT)


async def find(reader: Reader, project_id: int, ref: CheckRef, *, lock: bool = False) -> CheckRecord:
    """Return the check of this project; Foreign, NotFound, or Conflict when a slug names several.

    `lock` keeps other writers of the check waiting until the transaction ends.
    """
    statement = select_checks.where(_named(ref, project_id)).limit(2)
    if lock:
        statement = statement.with_for_update(of=[checks, watchables], key_share=True)
    found = [CheckRecord(*row) for row in await reader.rows(statement)]
    if len(found) > 1:
        raise Conflict("The slug names several checks.")
    if not found:
        raise NotFound("There is no such check.")
    if found[0].project_id != project_id:
        raise Foreign("There is no such check.")
    return found[0]


def _named(ref: CheckRef, project_id: int) -> ColumnElement[bool]:
    if ref.uuid is not None:
        return watchables.c.uuid == ref.uuid
    if ref.id is not None:
        return watchables.c.id == ref.id
    own = watchables.c.project_id == project_id
    if ref.unique_key is not None:
        return own & (checks.c.unique_key == ref.unique_key)
    if ref.slug is not None:
        return own & (watchables.c.slug == ref.slug)
    raise InvalidInput("Name the check by its id, slug or unique key.")


async def of_project(
    database: Database, project_id: int, *, tags: Sequence[str] = (), slug: str | None = None
) -> list[ListedCheck]:
    """Return the project's checks that carry all the tags and have the slug, oldest first."""
    wanted = [carries(project_id, tag) for tag in dict.fromkeys(tags)]
    if slug is not None:
        wanted.append(watchables.c.slug == slug)
    return await _SELECT_LISTED.read(database, *wanted, project_id=project_id)


async def oldest_like(unit: UnitOfWork, project_id: int, values: Mapping[str, object]) -> CheckRecord | None:
    """Return the project's oldest check whose columns of these names have these values, locked."""
    same = [(watchables if name in watchables.c else checks).c[name] == value for name, value in values.items()]
    statement = select_checks.where(watchables.c.project_id == project_id, *same).order_by(watchables.c.id).limit(1)
    row = await unit.row(statement.with_for_update(of=[checks, watchables], key_share=True))
    return CheckRecord(*row) if row else None


def carries(project_id: int, tag: str) -> ColumnElement[bool]:
    """Return the condition that a watchable carries the tag."""
    tagged = select(watchable_tags.c.watchable_id).select_from(watchable_tags.join(tags))
    return watchables.c.id.in_(tagged.where(tags.c.project_id == project_id, tags.c.name == tag))


async def by_ids(reader: Reader, ids: Sequence[int]) -> dict[int, CheckRecord]:
    """Return the checks with these numbers, by number."""
    rows = await reader.rows(select_checks.where(watchables.c.id.in_(ids)))
    return {record.id: record for record in (CheckRecord(*row) for row in rows)}


async def by_names(reader: Reader, project_id: int, names: Sequence[str]) -> dict[str, CheckRecord]:
    """Return the project's checks with these uuids or unique keys, by the name that was asked for."""
    named = watchables.c.uuid.in_(names) | checks.c.unique_key.in_(names)
    rows = await reader.rows(select_checks.where(watchables.c.project_id == project_id, named))
    found = [CheckRecord(*row) for row in rows]
    return {name: check for check in found for name in (check.uuid, check.unique_key) if name in names}


async def count(reader: Reader, project_id: int) -> int:
    """Return how many checks the project has."""
    statement = select(func.count()).select_from(_JOINED).where(watchables.c.project_id == project_id)
    row = await reader.row(statement)
    return row[0] if row else 0


async def add(unit: UnitOfWork, check: CheckRecord) -> None:
    """Store a new check and give the record its number."""
    shared = {name: getattr(check, name) for name in _WATCHABLE_NAMES}
    stored = insert(watchables).values(kind=WatchableKind.CHECK, **shared).returning(watchables.c.id)
    check.id = (await unit.execute(stored)).scalar_one()
    own = {name: getattr(check, name) for name in _CHECK_NAMES}
    await unit.execute(insert(checks).values(watchable_id=check.id, **own))


async def save(unit: UnitOfWork, check: CheckRecord) -> None:
    """Store what changed of a check that was read with `lock`."""
    shared = {name: getattr(check, name) for name in _WATCHABLE_NAMES}
    own = {name: getattr(check, name) for name in _CHECK_NAMES}
    await unit.execute(update(watchables).where(watchables.c.id == check.id).values(**shared))
    await unit.execute(update(checks).where(checks.c.watchable_id == check.id).values(**own))


async def remove(unit: UnitOfWork, check: CheckRecord) -> None:
    """Delete a check with its pings, flips and notifications."""
    await unit.execute(delete(watchables).where(watchables.c.id == check.id))


def new_check(project_id: int, name: str, slug: str, now: datetime) -> CheckRecord:
    """Return a check as it is before anything was said of it but its name (specs/healthchecks.md section 1)."""
    uuid = new_uuid()
    return CheckRecord(
        state=WatchState.NEW,
        state_since=now,
        paused=False,
        remind_every=None,
        remind_at=None,
        schedule_kind=ScheduleKind.PERIOD,
        period=DEFAULT_PERIOD,
        grace=DEFAULT_GRACE,
        schedule="* * * * *",
        timezone="UTC",
        manual_resume=False,
        failures_before_down=1,
        failure_count=0,
        ping_count=0,
        last_ping_at=None,
        last_start_at=None,
        last_start_run_key=None,
        last_run_us=None,
        next_expected_at=None,
        alert_after=None,
        watch_at=None,
        id=0,
        uuid=uuid,
        project_id=project_id,
        name=name,
        slug=slug,
        tags="",
        created_at=now,
        unique_key=unique_key(uuid),
        badge_uuid=new_uuid(),
        description="",
        methods="",
        start_keywords="",
        success_keywords="",
        failure_keywords="",
        filter_subject=False,
        filter_body=False,
        filter_http_body=False,
        filter_default_fail=False,
    )
