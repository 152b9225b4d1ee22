"""The words of the schema that are enums of the machine, each value described."""

from enum import Enum, StrEnum
from typing import TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from app.channels.message import AlertEvent
from app.channels.registry import channel_kinds
from app.models import NotificationState
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.rules.states import PingKind, WatchState
from app.security.roles import Role
from app.store.check_changes import UniqueField
from app.store.check_pages import CheckOrderField

E = TypeVar("E", bound=type[Enum])


def described(words: E, text: str, name: str | None = None, **values: str) -> E:
    """Let the schema know an enum, with what it and each of its values means."""
    made = strawberry.enum(words, name=name, description=text)
    definition: StrawberryEnumDefinition = made.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
    return words


described(
    WatchState,
    "What is known of a check. `paused` and `running` are flags beside it. More states may come.",
    NEW="Nothing is known yet: it waits for its first ping.",
    UP="All is well.",
    LATE="The ping is late, and the grace time has not passed.",
    DEGRADED="It works, worse than it should.",
    DOWN="It failed, or the grace time has passed.",
    UNKNOWN="It could not be measured.",
)
described(
    PingKind,
    "What a signal to a check says. More kinds may come.",
    SUCCESS="The job succeeded.",
    START="The job began.",
    FAIL="The job failed.",
    LOG="A message that changes nothing.",
    IGNORED="Recorded, and not counted: the check's filters or its pause refused it.",
)
described(
    AlertEvent,
    "What a notification is about. More events may come.",
    DOWN="A check went down.",
    UP="A check came up again.",
    REMINDER="A check is still down.",
    TEST="A test that somebody asked for.",
)
described(
    NotificationState,
    "How a notification fares.",
    PENDING="It waits for its first or next attempt.",
    SENT="It was delivered.",
    FAILED="It was given up; `error` says why.",
)
described(
    Role,
    "What a caller may do in a project; each role holds those below it.",
    OWNER="Everything.",
    ADMIN="Everything but to give the project away.",
    EDITOR="Read, and change checks, contacts, channels and keys: what a read-write key may.",
    VIEWER="Read what is not secret: what a read-only key may.",
)
described(
    UniqueField,
    "By which fields an existing check is recognised.",
    name="CheckUniqueField",
    NAME="The name.",
    SLUG="The slug.",
    TAGS="The tags, in the order in which they were given.",
    PERIOD="The period.",
    GRACE="The grace time.",
)
described(
    CheckOrderField,
    "By what watchables are ordered; equal ones follow in the order of their creation.",
    name="WatchOrderField",
    NAME="The name, by character codes or the database's own order of letters.",
    STATE="The state, from NEW and UP to DOWN and UNKNOWN.",
    STATE_SINCE="Since when the state holds.",
    CREATED="The moment of creation.",
)

ChannelKind = StrEnum("ChannelKind", {name.upper(): name for name in channel_kinds()})  # type: ignore[misc]
"""The kinds of channels: the folders of `app/channels`."""
described(
    ChannelKind,
    "By which means a channel tells people. More kinds may come.",
    **{name.upper(): kind.about for name, kind in channel_kinds().items()},
)


described(
    ReportRhythm,
    "How often a report of what was down is sent.",
    OFF="Never.",
    DAILY="Every day, of the day before.",
    WEEKLY="On Mondays, of the week before.",
    MONTHLY="On the first of the month, of the month before.",
)
described(
    NagRhythm,
    "How often a reminder is sent while any check is down.",
    OFF="Never.",
    HOURLY="Every hour.",
    DAILY="Every 24 hours.",
)


class OrderDirection(StrEnum):
    """Which end of an order comes first."""

    ASC = "ASC"
    DESC = "DESC"


described(OrderDirection, "Which end of an order comes first.", ASC="The smallest.", DESC="The largest.")


class ApiScope(StrEnum):
    """What a key opens."""

    READ = "READ"
    WRITE = "WRITE"
    PING = "PING"


described(
    ApiScope,
    "What a key opens. More scopes may come.",
    READ="Reading what is not secret.",
    WRITE="Changing things, and reading what only writers may see, such as ping URLs.",
    PING="Pinging checks by their slugs; such a key opens no API.",
)


class SignalSource(StrEnum):
    """Where keywords are looked for."""

    SUBJECT = "SUBJECT"
    BODY = "BODY"
    HTTP_BODY = "HTTP_BODY"


described(
    SignalSource,
    "Where a check looks for its keywords.",
    SUBJECT="The subject of an e-mail.",
    BODY="The body of an e-mail.",
    HTTP_BODY="The body of an HTTP request.",
)
