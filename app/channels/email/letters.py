"""What a letter to a user says: a report of what was down, or a reminder of what still is (section 11)."""

from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage

from app.channels.email.mail import add_parts, new_mail
from app.channels.gateway import Gateway
from app.channels.wording import duration_text, instant_text, one_line
from app.rules.downtime import Downtime
from app.rules.reports import Span
from app.rules.rhythms import ReportRhythm

_ADJECTIVES = {ReportRhythm.DAILY: "Daily", ReportRhythm.WEEKLY: "Weekly", ReportRhythm.MONTHLY: "Monthly"}
_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report says of a check or monitor: whether it is down now, and how it fared in both spans."""

    name: str
    project: str
    is_down: bool
    newer: Downtime
    older: Downtime


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what was worst first, and how much more there is. `spans` are the newer and the older.

    `is_partial` says that more changed in that time than was counted.
    """

    rhythm: ReportRhythm
    spans: tuple[Span, Span]
    watched: tuple[Reported, ...]
    hidden: int
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Down:
    """What a nag says of a check or monitor: since when it is down."""

    name: str
    project: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Nag:
    """A reminder: what is still down, the longest first, and how much more; `monitors` counts those among all."""

    down: tuple[Down, ...]
    hidden: int
    monitors: int = 0


def render_report(report: Report, uuid: str, receiver: str, gateway: Gateway) -> EmailMessage:
    """Write the report that is the letter of this uuid."""
    newer, older = (span_text(report.rhythm, span) for span in report.spans)
    headline = f"{_ADJECTIVES[report.rhythm]} report: {newer}"
    mail = new_mail(receiver, headline, (uuid,), gateway)
    rows = [
        {
            "name": one_line(each.name, _NAME_CHARACTERS),
            "project": each.project,
            "is_down": each.is_down,
            "newer": downtime_text(each.newer),
            "older": downtime_text(each.older),
        }
        for each in report.watched
    ]
    about = {"headline": headline, "newer": newer, "older": older, "partial": report.is_partial}
    add_parts(mail, "report", gateway, rows=rows, hidden=report.hidden, **about)
    return mail


def render_nag(nag: Nag, uuid: str, receiver: str, gateway: Gateway) -> EmailMessage:
    """Write the reminder that is the letter of this uuid."""
    headline = f"{_counted(nag)} still down"
    mail = new_mail(receiver, f"Reminder: {headline}", (uuid,), gateway)
    now = gateway.clock()
    rows = [
        {
            "name": one_line(each.name, _NAME_CHARACTERS),
            "project": each.project,
            "lasts": duration_text(int((now - each.since).total_seconds())),
            "since": instant_text(each.since),
        }
        for each in nag.down
    ]
    add_parts(mail, "nag", gateway, headline=headline, rows=rows, hidden=nag.hidden)
    return mail


def _counted(nag: Nag) -> str:
    count = len(nag.down) + nag.hidden
    if count == 1:
        return "1 monitor" if nag.monitors else "1 check"
    words = [*(["checks"] if nag.monitors < count else []), *(["monitors"] if nag.monitors else [])]
    return f"{count} {' and '.join(words) or 'checks'}"


def span_text(rhythm: ReportRhythm, span: Span) -> str:
    """Name a span as people do: a day, its first and last day, or a month."""
    if rhythm is ReportRhythm.MONTHLY:
        return f"{span.first:%B %Y}"
    last = f"{_day_text(span.last)} {span.last.year}"
    if span.first == span.last:
        return last
    year = "" if span.first.year == span.last.year else f" {span.first.year}"
    return f"{_day_text(span.first)}{year} to {last}"


def downtime_text(downtime: Downtime) -> str:
    """Say how often and how long something was down; empty when it was not."""
    if not downtime.count:
        return ""
    times = "1 downtime" if downtime.count == 1 else f"{downtime.count} downtimes"
    return f"{times}, {duration_text(int(downtime.total.total_seconds()))}"


def _day_text(day: date) -> str:
    return f"{day.day} {day:%B}"
