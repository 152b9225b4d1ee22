"""What can be read of a check's past: pings and flips."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import NotFound
from app.rules.durations import run_durations
from app.rules.states import PingKind
from app.security.roles import Role
from app.store import checks, history
from app.store.checks import CheckRef
from app.store.history import FlipRecord, PingRecord
from app.store.history_pages import FlipWindow, PingWindow
from graphql_api.context import Context

MOST_PINGS = 1000


@dataclass(frozen=True, slots=True)
class PingLog:
    """The newest pings of a check, newest first, and how long runs took, by the number of the ping that ended them."""

    check_uuid: str
    pings: list[PingRecord]
    durations: dict[int, timedelta]


async def ping_log(ctx: Context, *, ref: CheckRef) -> PingLog:
    """Return the newest pings of a check, as many as the project keeps (specs/healthchecks.md section 7.1)."""
    project = ctx.project(Role.EDITOR)
    check = await checks.find(ctx.database, project.id, ref)
    found = await history.newest_pings(ctx.database, check.id, min(project.ping_limit, MOST_PINGS))
    return PingLog(check.uuid, found, run_durations(reversed(found)))


async def ping_body(ctx: Context, *, ref: CheckRef, number: int) -> bytes:
    """Return the body of one ping, to the byte; NotFound when it has none or is kept no longer."""
    project = ctx.project(Role.EDITOR)
    check = await checks.find(ctx.database, project.id, ref)
    found = await history.ping(ctx.database, check.id, number)
    if found is None or not found.has_body or number <= check.ping_count - project.ping_limit:
        raise NotFound("There is no such ping body.")
    return (await history.ping_bodies(ctx.database, [found.name]))[found.name]


async def flip_list(
    ctx: Context, *, ref: CheckRef, since: datetime | None = None, until: datetime | None = None
) -> list[FlipRecord]:
    """Return the flips of a check from `since` on and before `until`, newest first."""
    check = await checks.find(ctx.database, ctx.project().id, ref)
    return await history.flips_of(ctx.database, check.id, since=since, until=until)


async def flip_page(ctx: Context, *, check_id: int, window: FlipWindow) -> list[FlipRecord]:
    """Return the flips that the window shows of a check that this request has read, newest first."""
    ctx.project()
    return await ctx.loaders.flip_page(window).load(check_id)


async def ping_page(
    ctx: Context, *, check_id: int, below: int | None, kind: PingKind | None, limit: int
) -> list[PingRecord]:
    """Return kept pings of a check that this request has read: numbers below `below`, newest first."""
    window = PingWindow(limit, ctx.project(Role.EDITOR).ping_limit, below, kind)
    return await ctx.loaders.ping_page(window).load(check_id)


async def last_ping(ctx: Context, *, check_id: int) -> PingRecord | None:
    """Return the newest success or failure of a check that this request has read."""
    ctx.project(Role.EDITOR)
    return await ctx.loaders.last_ping.load(check_id)
