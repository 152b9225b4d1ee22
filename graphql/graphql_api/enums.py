"""The words of the schema that are enums of the machine, each value described."""

from enum import Enum, StrEnum
from typing import TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from app.channels.message import AlertEvent
from app.channels.registry import channel_kinds
from app.models import NotificationState
from app.probes.result import Phase
from app.rules.outcomes import Outcome, ProbeKind
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.rules.root_cause import EvidenceKind
from app.rules.states import PingKind, WatchState
from app.rules.validations import ValidationOperator, ValidationSource
from app.runs.result import FailureKind
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
    "What is known of a check or monitor. `paused` and `running` are flags beside it. More states may come.",
    NEW="Nothing is known yet: it waits for its first ping or run.",
    UP="All is well.",
    LATE="The ping of a check is late, and the grace time has not passed.",
    DEGRADED="It works, worse than it should.",
    DOWN="It failed, or the grace time has passed; of a monitor, as many places as must have found it down.",
    UNKNOWN="It could not be measured any more.",
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
    DOWN="A check or monitor went down.",
    UP="It came up again.",
    REMINDER="It is still down.",
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
described(
    ProbeKind,
    "What a monitor probes. More kinds may come.",
    HTTP="One address over HTTP or HTTPS, which must answer with a status from 200 to 399.",
    API="The requests of its templates, one after the other.",
)
described(
    Outcome,
    "What a run or a call came to. More outcomes may come.",
    PASS="All was as it must be.",  # noqa: S106 - no password
    SLOW="All was as it must be, and took longer than the limit of its monitor.",
    FAIL="Something was not as it must be.",
    ERROR="It could not be measured, by our own trouble: it says nothing about the target, and counts nowhere.",
    SKIPPED="It was not run at all: a call behind one that could not be made, or a run without steps.",
)
described(
    Phase,
    "The parts of a measurement, in the order in which they happen. More may come.",
    RESOLVE="Finding the address of the name.",
    CONNECT="Opening the connection.",
    TLS="Agreeing on its encryption.",
    PROCESSING="Waiting for the first byte of the answer.",
    TRANSFER="Receiving the answer.",
    CLOSING="Ending the exchange.",
    SCRIPT="Running a script.",
    VALIDATION="Judging the answer.",
)
described(
    ValidationSource,
    "What a validation looks at. More sources may come.",
    STATUS="The status code.",
    HEADER="The header that `expression` names; of a repeated one, each value.",
    BODY="The body as text.",
    JSON_PATH="What the JSON path in `expression` (RFC 9535) selects of the body.",
    DURATION="The milliseconds that the request took in all.",
    CERTIFICATE_DAYS="How many days the certificate of the server is still valid.",
    JAVASCRIPT="Whatever the script in `expression` looks at.",
)
described(
    ValidationOperator,
    "What a validation wants. Of several values one must do; with a `NOT_`, none may. More operators may come.",
    EQUALS="It is the text `expected`, or the JSON value that `expected` spells; of a status, one of its codes.",
    NOT_EQUALS="The opposite of EQUALS.",
    CONTAINS="`expected` stands in it.",
    NOT_CONTAINS="The opposite of CONTAINS.",
    MATCHES="The JavaScript regular expression `expected` matches somewhere in it.",
    NOT_MATCHES="The opposite of MATCHES.",
    GREATER_THAN="It is a number above `expected`.",
    AT_LEAST="It is a number not below `expected`.",
    LESS_THAN="It is a number below `expected`.",
    AT_MOST="It is a number not above `expected`.",
    IN="It is one of the status codes or classes in `expected`, such as `200,3xx`.",
    EXISTS="It is there, and of a body not empty.",
    IS_JSON="The body is JSON.",
    PASSES="The script ends without an exception.",
)
described(
    FailureKind,
    "What of a call went wrong. More kinds may come.",
    CONNECTION="No answer came, or none that could be read.",
    REQUEST="The request could not be made.",
    PRE_PROCESS_SCRIPT="The script before the request failed.",
    POST_SCRIPT="The script after the answer failed.",
    VALIDATION="A validation did not hold.",
)
described(
    EvidenceKind,
    "What a piece of evidence shows. More kinds may come.",
    RESPONSE="An answer: of the run that failed, or the last good one.",
    HEADERS="The headers of such an answer.",
    CERTIFICATE="The certificate of the server.",
    DNS="What name servers said.",
    TRACEROUTE="The way to the target.",
    SCREENSHOT="What a browser showed.",
    LOG="What validations, scripts and other places told.",
    PEER_OUTAGE="An outage of something that it depends on.",
)


class OutageState(StrEnum):
    """Whether an outage goes on."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


described(
    OutageState,
    "Whether an outage goes on. More states may come.",
    OPEN="It goes on.",
    RESOLVED="It is over.",
)
