"""What a message says of a check (specs/healthchecks.md sections 11 and 12)."""

from dataclasses import fields

from sqlalchemy import select

from app.channels.message import CheckFacts, LastPing
from app.db.reader import Reader
from app.models.tables import pings
from app.pipeline.about import About
from app.pipeline.renderers import RenderCheckJson
from app.rules.states import FlipReason, ScheduleKind
from app.site import Site
from app.store import assignments
from app.store.checks import CheckRecord
from app.store.history import FlipRecord
from app.store.tags import words


async def about_check(site: Site, check: CheckRecord, flip: FlipRecord, render: RenderCheckJson) -> About:
    """Return what is told of a check whose state changed by this flip."""
    reader = site.database
    told = (await assignments.told(reader, [check.id])).get(check.id, [])
    json = render(check, told, site.clock())
    return check_about(site, check, flip.reason, await _last_ping(reader, flip), json)


def check_about(site: Site, check: CheckRecord, reason: FlipReason, last_ping: LastPing | None, json: str) -> About:
    """Return what is told of a check, without looking anything up."""
    by_period = check.schedule_kind is ScheduleKind.PERIOD
    subject = CheckFacts(
        description=check.description,
        reason=reason,
        period=check.period if by_period else None,
        schedule=None if by_period else check.schedule,
        timezone=check.timezone,
        grace=check.grace,
        ping_count=check.ping_count,
        last_ping=last_ping,
    )
    return About(tuple(words(check.tags)), f"{site.site_root}/cloaked/{check.unique_key}/", json, subject)


async def _last_ping(reader: Reader, flip: FlipRecord) -> LastPing | None:
    """Return the newest ping that was not later than the flip."""
    columns = (pings.c[field.name] for field in fields(LastPing))
    earlier = select(*columns).where(pings.c.watchable_id == flip.watchable_id, pings.c.at <= flip.at)
    row = await reader.row(earlier.order_by(pings.c.number.desc()).limit(1))
    return LastPing(*row) if row else None
