"""How answers are written (specs/healthchecks.md sections 4 and 7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from app.rules.check_state import shown_state
from app.rules.states import PingKind, ScheduleKind, WatchState
from app.site import Site
from app.store import assignments
from app.store.channels import ChannelRecord
from app.store.checks import CheckRecord, ListedCheck
from app.store.history import FlipRecord, PingRecord
from app.web.badges.links import check_badge_url
from graphql_api.context import Context
from graphql_api.resolvers.badges import BadgePair
from graphql_api.resolvers.checks import MadeCheck
from graphql_api.resolvers.history import PingLog
from rest_compat.escaped_json import ascii_json
from rest_compat.routing import Call

STARTED_IS_STATUS = 1
"""Up to this version of the API, a check whose run is open has the status `started`."""
NEWEST_VERSION = 3

Written: TypeAlias = dict[str, Any]
AnyCheck: TypeAlias = CheckRecord | ListedCheck

CHANNEL_KINDS: Mapping[str, str] = {
    "pagerduty": "pd",
    "pushover": "po",
    "splunk_oncall": "victorops",
    "teams": "msteamsw",
    "url": "webhook",
}
"""What the API calls a kind of channel, where that is not our name (section 12)."""

_STATUS = {WatchState.NEW: "new", WatchState.UP: "up", WatchState.LATE: "grace", WatchState.DOWN: "down"}
_PING_TYPES = {
    PingKind.SUCCESS: "success",
    PingKind.START: "start",
    PingKind.FAIL: "fail",
    PingKind.LOG: "log",
    PingKind.IGNORED: "ign",
}
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class CheckWriter:
    """Writes checks for one reader at one instant. `root` and `ping_root` begin the URLs."""

    version: int
    root: str
    ping_root: str
    now: datetime
    for_writers: bool = True

    def check(self, check: AnyCheck, told: Sequence[str]) -> Written:
        """Write a check that tells these channels; only those who may write see uuid, URLs and channels."""
        written = self._always(check)
        if check.last_run_us:
            written["last_duration"] = check.last_run_us // _MICROSECONDS
        if self.for_writers:
            self._add_names(written, check, told)
        else:
            written["unique_key"] = check.unique_key
        if check.schedule_kind is ScheduleKind.PERIOD:
            written["timeout"] = check.period
        else:
            written["schedule"] = check.schedule
            written["tz"] = check.timezone
        return written

    def _always(self, check: AnyCheck) -> Written:
        filters_subject = check.filter_subject
        return {
            "name": check.name,
            "slug": check.slug,
            "tags": check.tags,
            "desc": check.description,
            "grace": check.grace,
            "n_pings": check.ping_count,
            "status": self.status(check),
            "started": check.last_start_at is not None,
            "last_ping": check.last_ping_at,
            "next_ping": check.due_at,
            "manual_resume": check.manual_resume,
            "methods": check.methods,
            "subject": check.success_keywords if filters_subject else "",
            "subject_fail": check.failure_keywords if filters_subject else "",
            "start_kw": check.start_keywords,
            "success_kw": check.success_keywords,
            "failure_kw": check.failure_keywords,
            "filter_subject": filters_subject,
            "filter_body": check.filter_body,
            "filter_http_body": check.filter_http_body,
            "filter_default_fail": check.filter_default_fail,
            "badge_url": check_badge_url(self.root, check.badge_uuid, "svg"),
        }

    def _add_names(self, written: Written, check: AnyCheck, told: Sequence[str]) -> None:
        update_url = f"{self.root}/api/v{self.version}/checks/{check.uuid}"
        written["uuid"] = check.uuid
        written["ping_url"] = self.ping_root + check.uuid
        written["update_url"] = update_url
        written["pause_url"] = update_url + "/pause"
        written["resume_url"] = update_url + "/resume"
        written["channels"] = ",".join(told)

    def status(self, check: AnyCheck) -> str:
        """Return the status as of this very moment (section 9.2)."""
        if self.version <= STARTED_IS_STATUS and check.last_start_at is not None:
            overdue = self.now >= check.last_start_at + timedelta(seconds=check.grace)
            return "down" if overdue else "started"
        shown = shown_state(check, self.now)
        return "paused" if check.paused and shown is not WatchState.DOWN else _STATUS[shown]


class Wire:
    """Writes the answers of one version of the API."""

    def __init__(self, version: int) -> None:
        self._version = version

    async def checks(self, call: Call, found: Sequence[ListedCheck]) -> Written:
        """Write a list of checks."""
        ctx = call.ctx
        told = await assignments.told_in_project(ctx.database, ctx.project().id) if ctx.may_write else {}
        write = self._writer(ctx).check
        return {"checks": [write(check, told.get(check.id, ())) for check in found]}

    async def check(self, call: Call, check: CheckRecord) -> Written:
        """Write one check."""
        ctx = call.ctx
        told = await ctx.loaders.told.load(check.id) if ctx.may_write else ()
        return self._writer(ctx).check(check, told)

    async def made(self, call: Call, made: MadeCheck) -> Written:
        """Write a check that was created, or found in its place."""
        return await self.check(call, made.check)

    async def pings(self, call: Call, log: PingLog) -> Written:
        """Write a log of pings."""
        url = f"{call.ctx.root}/api/v{self._version}/checks/{log.check_uuid}/pings/"
        return {"pings": [_ping(ping, url, log.durations.get(ping.number)) for ping in log.pings]}

    def _writer(self, ctx: Context) -> CheckWriter:
        return CheckWriter(self._version, ctx.root, ctx.ping_root, ctx.now(), ctx.may_write)


async def flips(_call: Call, found: Sequence[FlipRecord]) -> Written:
    """Write a list of flips."""
    up = WatchState.UP
    return {"flips": [{"timestamp": flip.at, "up": int(flip.to_state is up)} for flip in found]}


async def channels(_call: Call, found: Sequence[ChannelRecord]) -> Written:
    """Write a list of channels."""
    return {
        "channels": [{"id": one.uuid, "name": one.name, "kind": CHANNEL_KINDS.get(one.kind, one.kind)} for one in found]
    }


async def badges(_call: Call, found: Mapping[str, BadgePair]) -> Written:
    """Write where the badges of tags are, each in two states and, with a 3 behind the format, in three."""
    return {"badges": {tag: _badge(pair) for tag, pair in found.items()}}


async def body(_call: Call, found: bytes) -> bytes:
    """Write the body of a ping as it came."""
    return found


def made_status(made: MadeCheck) -> int:
    """Return 201 for a check that was created, 200 for one that was found by its unique fields."""
    return 201 if made.created else 200


def check_json(site: Site) -> Callable[[CheckRecord, Sequence[str], datetime], str]:
    """Return what writes a check for messages: the newest version's object, with URLs of the site's own root."""

    def written(check: CheckRecord, told: Sequence[str], now: datetime) -> str:
        writer = CheckWriter(NEWEST_VERSION, site.site_root, site.ping_root, now)
        return ascii_json(writer.check(check, told)).decode()

    return written


def _badge(pair: BadgePair) -> Mapping[str, str]:
    two, three = pair.two_states, pair.three_states
    return {
        "svg": two.svg,
        "svg3": three.svg,
        "json": two.json,
        "json3": three.json,
        "shields": two.shields,
        "shields3": three.shields,
    }


def _ping(ping: PingRecord, url: str, duration: timedelta | None) -> Mapping[str, Any]:
    written = {
        "type": _PING_TYPES[ping.kind],
        "date": ping.at.isoformat(),
        "n": ping.number,
        "scheme": ping.scheme,
        "remote_addr": ping.remote_address,
        "method": ping.method,
        "ua": ping.user_agent,
        "rid": ping.run_key,
        "body_url": f"{url}{ping.number}/body" if ping.has_body else None,
    }
    if duration is not None:
        written["duration"] = duration.total_seconds()
    return written
