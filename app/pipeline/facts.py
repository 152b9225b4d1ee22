"""What a message says, gathered from the tables (specs/healthchecks.md sections 11 and 12)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import select

from app.channels.message import AlertEvent, AlertMessage, LastPing
from app.db.reader import Reader
from app.ids import unique_key
from app.models.tables import flips, pings, watchables
from app.rules.states import FlipReason, ScheduleKind, WatchState
from app.site import Site
from app.store import assignments, projects
from app.store import checks as check_store
from app.store.checks import CheckRecord
from app.store.down import IS_DOWN
from app.store.history import FlipRecord, flips_of
from app.store.tags import words

OTHERS_LIMIT = 100
"""Of what else is down in the project, so many are named at most."""

SAMPLE_UUID = "00000000-0000-4000-8000-000000000000"
"""The uuid of the check that a test message shows."""

RenderCheckJson: TypeAlias = Callable[[CheckRecord, Sequence[str], datetime], str]
"""Writes a check, told to the channels of these uuids, as it is at that instant: `$JSON` of section 12."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What a message is about, beside the check itself."""

    event: AlertEvent
    at: datetime
    reason: FlipReason
    downtime: timedelta | None = None
    last_ping: LastPing | None = None
    others_down: tuple[str, ...] = ()


async def flip_message(
    site: Site, event: AlertEvent, flip_id: int, render_check_json: RenderCheckJson
) -> AlertMessage | None:
    """Return the facts of a check's flip; None when either is gone, or what a reminder repeats is true no more."""
    reader = site.database
    flip = await _flip(reader, flip_id)
    check = (await check_store.by_ids(reader, [flip.watchable_id])).get(flip.watchable_id) if flip else None
    if flip is None or check is None:
        return None
    reminds = event is AlertEvent.REMINDER
    if reminds and check.state is not WatchState.DOWN:
        return None
    change = _Change(
        event=event,
        at=flip.at,
        reason=flip.reason,
        downtime=site.clock() - flip.at if reminds else await _downtime(reader, flip),
        last_ping=await _last_ping(reader, flip),
        others_down=await _others_down(reader, check),
    )
    told = await assignments.told(reader, [check.id])
    check_json = render_check_json(check, told.get(check.id, []), site.clock())
    return _message(site, check, await _project_name(reader, check.project_id), change, check_json)


async def sample_message(site: Site, project_id: int, at: datetime, render_check_json: RenderCheckJson) -> AlertMessage:
    """Return the facts of a check that does not exist, as if it had gone down: for tests of a channel."""
    fresh = check_store.new_check(project_id, "Sample check", "sample-check", at)
    check = replace(fresh, uuid=SAMPLE_UUID, unique_key=unique_key(SAMPLE_UUID), state=WatchState.DOWN, tags="sample")
    change = _Change(event=AlertEvent.TEST, at=at, reason=FlipReason.TIMEOUT)
    check_json = render_check_json(check, [], at)
    return _message(site, check, await _project_name(site.database, project_id), change, check_json)


def _message(site: Site, check: CheckRecord, project: str, change: _Change, check_json: str) -> AlertMessage:
    by_period = check.schedule_kind is ScheduleKind.PERIOD
    return AlertMessage(
        event=change.event,
        check_uuid=check.uuid,
        name=check.name,
        slug=check.slug,
        tags=tuple(words(check.tags)),
        description=check.description,
        project=project,
        changed_at=change.at,
        reason=change.reason,
        downtime=change.downtime,
        period=check.period if by_period else None,
        schedule=None if by_period else check.schedule,
        timezone=check.timezone,
        grace=check.grace,
        ping_count=check.ping_count,
        last_ping=change.last_ping,
        others_down=change.others_down,
        url=f"{site.site_root}/cloaked/{check.unique_key}/",
        check_json=check_json,
    )


async def _flip(reader: Reader, flip_id: int) -> FlipRecord | None:
    row = await reader.row(select(*(flips.c[field.name] for field in fields(FlipRecord))).where(flips.c.id == flip_id))
    return FlipRecord(*row) if row else None


async def _downtime(reader: Reader, flip: FlipRecord) -> timedelta | None:
    """Return how long the check was down before it came up: the time since the flip before this one."""
    if flip.from_state is not WatchState.DOWN:
        return None
    before = await flips_of(reader, flip.watchable_id, below=(flip.at, flip.id), limit=1)
    return flip.at - before[0].at if before else None


async def _last_ping(reader: Reader, flip: FlipRecord) -> LastPing | None:
    """Return the newest ping that was not later than the flip."""
    columns = (pings.c[field.name] for field in fields(LastPing))
    earlier = select(*columns).where(pings.c.watchable_id == flip.watchable_id, pings.c.at <= flip.at)
    row = await reader.row(earlier.order_by(pings.c.number.desc()).limit(1))
    return LastPing(*row) if row else None


async def _others_down(reader: Reader, check: CheckRecord) -> tuple[str, ...]:
    """Return the names, or else the uuids, of what else in the project is down.

    The order is that of an index, so that the search ends early when very much is down.
    """
    down = select(watchables.c.name, watchables.c.uuid).where(
        watchables.c.project_id == check.project_id,
        IS_DOWN,
        watchables.c.id != check.id,
    )
    by_slug = down.order_by(watchables.c.slug, watchables.c.id).limit(OTHERS_LIMIT)
    return tuple(row.name or row.uuid for row in await reader.rows(by_slug))


async def _project_name(reader: Reader, project_id: int) -> str:
    project = await projects.by_id(reader, project_id)
    return project.name if project else ""
