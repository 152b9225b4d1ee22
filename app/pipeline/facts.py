"""What a message says, gathered from the tables (specs/healthchecks.md sections 11 and 12)."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from app.channels.message import AlertEvent, AlertMessage
from app.db.reader import Reader
from app.ids import unique_key
from app.models.tables import flips, watchables
from app.pipeline.about import About
from app.pipeline.check_facts import about_check, check_about
from app.pipeline.monitor_facts import about_monitor
from app.pipeline.renderers import Renderers
from app.rules.states import FlipReason, WatchState
from app.site import Site
from app.store import checks as check_store
from app.store import monitors as monitor_store
from app.store import projects
from app.store.checks import CheckRecord
from app.store.down import IS_DOWN
from app.store.history import FlipRecord, flips_of
from app.store.monitors import MonitorRecord

OTHERS_LIMIT = 100
"""Of what else is down in the project, so many are named at most."""

SAMPLE_UUID = "00000000-0000-4000-8000-000000000000"
"""The uuid of the check that a test message shows."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What happened, to whatever it happened."""

    event: AlertEvent
    at: datetime
    downtime: timedelta | None = None
    others_down: tuple[str, ...] = ()


async def flip_message(
    site: Site, event: AlertEvent, flip_id: int, renderers: Renderers, *, with_objects: bool = False
) -> AlertMessage | None:
    """Return the facts of a flip; None when it is gone, or what a reminder repeats is true no more.

    `with_objects` adds, of a monitor, what the dialects write of it.
    """
    reader = site.database
    flip = await _flip(reader, flip_id)
    watched = await _watched(reader, flip.watchable_id) if flip else None
    if flip is None or watched is None:
        return None
    reminds = event is AlertEvent.REMINDER
    if reminds and watched.state is not WatchState.DOWN:
        return None
    change = _Change(
        event=event,
        at=flip.at,
        downtime=site.clock() - flip.at if reminds else await _downtime(reader, flip),
        others_down=await _others_down(reader, watched),
    )
    if isinstance(watched, CheckRecord):
        about = await about_check(site, watched, flip, renderers.check_json)
    else:
        about = await about_monitor(site, watched, event, flip, renderers.monitor_objects if with_objects else None)
    return _message(watched, await _project_name(reader, watched.project_id), change, about)


async def sample_message(site: Site, project_id: int, at: datetime, renderers: Renderers) -> AlertMessage:
    """Return the facts of a check that does not exist, as if it had gone down: for tests of a channel."""
    fresh = check_store.new_check(project_id, "Sample check", "sample-check", at)
    check = replace(fresh, uuid=SAMPLE_UUID, unique_key=unique_key(SAMPLE_UUID), state=WatchState.DOWN, tags="sample")
    about = check_about(site, check, FlipReason.TIMEOUT, None, renderers.check_json(check, [], at))
    return _message(check, await _project_name(site.database, project_id), _Change(AlertEvent.TEST, at), about)


def _message(watched: CheckRecord | MonitorRecord, project: str, change: _Change, about: About) -> AlertMessage:
    return AlertMessage(
        event=change.event,
        uuid=watched.uuid,
        name=watched.name,
        slug=watched.slug,
        tags=about.tags,
        project=project,
        changed_at=change.at,
        downtime=change.downtime,
        others_down=change.others_down,
        url=about.url,
        json=about.json,
        subject=about.subject,
        objects=about.objects,
    )


async def _flip(reader: Reader, flip_id: int) -> FlipRecord | None:
    row = await reader.row(select(*(flips.c[field.name] for field in fields(FlipRecord))).where(flips.c.id == flip_id))
    return FlipRecord(*row) if row else None


async def _watched(reader: Reader, watchable_id: int) -> CheckRecord | MonitorRecord | None:
    check = (await check_store.by_ids(reader, [watchable_id])).get(watchable_id)
    return check or (await monitor_store.by_ids(reader, [watchable_id])).get(watchable_id)


async def _downtime(reader: Reader, flip: FlipRecord) -> timedelta | None:
    """Return how long something was down before it came up: the time since the flip before this one."""
    if flip.from_state is not WatchState.DOWN:
        return None
    before = await flips_of(reader, flip.watchable_id, below=(flip.at, flip.id), limit=1)
    return flip.at - before[0].at if before else None


async def _others_down(reader: Reader, watched: CheckRecord | MonitorRecord) -> tuple[str, ...]:
    """Return the names, or else the uuids, of what else in the project is down.

    The order is that of an index, so that the search ends early when very much is down.
    """
    down = select(watchables.c.name, watchables.c.uuid).where(
        watchables.c.project_id == watched.project_id,
        IS_DOWN,
        watchables.c.id != watched.id,
    )
    by_slug = down.order_by(watchables.c.slug, watchables.c.id).limit(OTHERS_LIMIT)
    return tuple(row.name or row.uuid for row in await reader.rows(by_slug))


async def _project_name(reader: Reader, project_id: int) -> str:
    project = await projects.by_id(reader, project_id)
    return project.name if project else ""
