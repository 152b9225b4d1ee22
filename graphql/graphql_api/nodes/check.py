"""Check: the passive watchable, which waits for pings."""

from datetime import datetime
from typing import Annotated

import strawberry

from app.ids import global_id
from app.rules.check_state import shown_since, shown_state
from app.rules.states import PingKind, WatchState
from app.security.roles import Role
from app.store.channels import ChannelRecord
from app.store.checks import CheckRecord
from app.store.history import PingRecord
from graphql_api.connections import DEFAULT_PAGE, After, Connection, First, Page, page_of, page_size, read_cursor
from graphql_api.enums import SignalSource
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.inputs.signals import FLAGS, KEYWORDS, words_of
from graphql_api.nodes.channel import Channel
from graphql_api.nodes.ping import Ping
from graphql_api.nodes.schedule import Calendar, CheckSchedule, Period, schedule_of
from graphql_api.nodes.watchable import Watchable
from graphql_api.resolvers import contacts, history
from graphql_api.scalars import URL, Duration

_MICROSECONDS = 1000.0
"""In a millisecond."""


@strawberry.type(description="Words that decide what a signal counts as.")
class SignalFilter:
    """One source and what its keywords mean."""

    source: SignalSource = strawberry.field(description="Where the words are looked for.")
    kind: PingKind = strawberry.field(description="What a signal counts as that holds one of the words.")
    keywords: list[str] = strawberry.field(description="The words; each counts where it stands as it is written.")


def _id(root: CheckRecord, info: Info) -> strawberry.ID:
    # The uuid is what pings are sent to, so keys that may only read are given the other name.
    return strawberry.ID(global_id("Check", root.uuid if info.context.may_write else root.unique_key))


def _state(root: CheckRecord, info: Info) -> WatchState:
    return shown_state(root, info.context.now())


def _state_since(root: CheckRecord, info: Info) -> datetime:
    return shown_since(root, info.context.now())


def _schedule(root: CheckRecord) -> Period | Calendar:
    return schedule_of(root)


def _accepted_methods(root: CheckRecord) -> list[str]:
    return root.methods.split()


def _signal_filters(root: CheckRecord) -> list[SignalFilter]:
    sources = [source for source, flag in FLAGS.items() if getattr(root, flag)]
    words = {kind: words_of(getattr(root, name)) for kind, name in KEYWORDS.items()}
    return [SignalFilter(source=source, kind=kind, keywords=words[kind]) for source in sources for kind in words]


def _unmatched_kind(root: CheckRecord) -> PingKind:
    return PingKind.FAIL if root.filter_default_fail else PingKind.IGNORED


def _last_run_ms(root: CheckRecord) -> float | None:
    return None if root.last_run_us is None else root.last_run_us / _MICROSECONDS


async def _ping_url(root: CheckRecord, info: Info) -> str:
    info.context.project(Role.EDITOR)
    return f"{info.context.ping_root}{root.uuid}"


async def _ping_email(root: CheckRecord, info: Info) -> str | None:
    info.context.project(Role.EDITOR)
    domain = info.context.site.settings.ping_email_domain
    return f"{root.uuid}@{domain}" if domain else None


async def _last_ping(root: CheckRecord, info: Info) -> PingRecord | None:
    info.context.loaders.check.prime(root.id, root)  # a ping's id is made of its check's
    return await history.last_ping(info.context, check_id=root.id)


async def _channels(root: CheckRecord, info: Info) -> list[ChannelRecord]:
    return await contacts.channels_of_check(info.context, check_id=root.id)


async def _pings(
    root: CheckRecord,
    info: Info,
    after: After = None,
    first: First = DEFAULT_PAGE,
    kind: Annotated[PingKind | None, strawberry.argument(description="Only pings of this kind.")] = None,
) -> Page:
    size = page_size(first)
    below = read_cursor(after, int)
    info.context.loaders.check.prime(root.id, root)  # a ping's id is made of its check's
    found = await history.ping_page(
        info.context, check_id=root.id, below=below[0] if below else None, kind=kind, limit=size + 1
    )
    return page_of(found, size, after, _ping_key)


def _ping_key(ping: PingRecord) -> tuple[int]:
    return (ping.number,)


@node_type(CheckRecord, "Passive: waits for pings, and goes down when one is late or reports a failure.")
class Check(Watchable):
    """Describes `CheckRecord`."""

    id: strawberry.ID = plain(
        _id, "Global id: opaque; another one for read-only keys, since it holds the ping address."
    )
    state: WatchState = plain(_state, "The state at this very moment.")
    state_since: datetime = plain(_state_since, "Since when the state holds.")
    description: str = stored("What people wrote about it.")
    schedule: CheckSchedule = plain(_schedule, "When pings are expected.")
    grace: Duration = stored("How long a ping may be late, or a run may take: from 60 seconds to a year.")
    running: bool = stored("A start signal came and no end yet (Healthchecks v1 calls this status `started`).")
    manual_resume: bool = stored("Whether pings leave it paused, so that only `watchableResume` resumes it.")
    failures_before_down: int = stored("How many failures in a row take it down.")
    accepted_methods: list[str] = plain(_accepted_methods, "The HTTP methods that count as signals; none named is all.")
    signal_filters: list[SignalFilter] = plain(_signal_filters, "Words that decide what a signal counts as.")
    unmatched_kind: PingKind = plain(
        _unmatched_kind, "What a signal counts as in which a filter finds none of its words."
    )
    unique_key: str = stored("40 hex digits that name it without telling where its pings go.")
    ping_count: int = stored("How many signals it received so far.")
    last_ping_at: datetime | None = stored("When the newest success or failure came.")
    next_expected_at: datetime | None = stored("When the next ping is expected.")
    last_run_ms: float | None = plain(_last_run_ms, "How long the last run took, when its start was known.")
    ping_url: URL | None = fetched(_ping_url, "Where its pings are sent. FORBIDDEN to read-only keys.")
    ping_email: str | None = fetched(
        _ping_email, "Where its pings may be mailed; null while the site takes none. FORBIDDEN to read-only keys."
    )
    last_ping: Ping | None = fetched(_last_ping, "The newest success or failure. FORBIDDEN to read-only keys.")
    channels: list[Channel] | None = fetched(
        _channels, "The channels that hear of it, oldest first, alone or by a contact. FORBIDDEN to read-only keys."
    )
    pings: Connection[Ping] | None = fetched(
        _pings,
        "Its signals, newest first, of one kind or of all. FORBIDDEN to read-only keys. Pages of 50, at most 100.",
    )
