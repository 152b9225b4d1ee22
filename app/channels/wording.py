"""The words that all channels share: reasons, durations, instants (specs/healthchecks.md section 11)."""

from datetime import UTC, datetime, timedelta
from unicodedata import category

from app.channels.message import AlertEvent, AlertMessage, LastPing
from app.rules.states import FlipReason, PingKind

_REASONS = {
    FlipReason.TIMEOUT: "success signal did not arrive on time, grace time passed",
    FlipReason.FAIL: "received a failure signal",
}
_KINDS = {
    PingKind.SUCCESS: "success",
    PingKind.START: "start",
    PingKind.FAIL: "failure",
    PingKind.LOG: "log",
    PingKind.IGNORED: "ignored",
}
_HEADLINES = {
    AlertEvent.DOWN: "is DOWN",
    AlertEvent.UP: "is UP",
    AlertEvent.REMINDER: "is still DOWN",
    AlertEvent.TEST: "sends a test",
}
_SUBJECT_CHARACTERS = 200
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


def subject(message: AlertMessage) -> str:
    """Return `DOWN | <name>`, on one line whatever the name holds."""
    return one_line(f"{message.event} | {message.title}", _SUBJECT_CHARACTERS)


def headline(message: AlertMessage) -> str:
    """Return `“<name>” is DOWN`, or what else happened."""
    return f"“{message.title}” {_HEADLINES[message.event]}"


def facts(message: AlertMessage) -> list[tuple[str, str]]:
    """List what is known as labels and values, in the order of reading; what is empty is left out."""
    known = [
        ("Reason", reason_text(message.reason)),
        ("Downtime", downtime_text(message.downtime)),
        ("Time of change", instant_text(message.changed_at)),
        ("Project", message.project),
        ("Tags", " ".join(message.tags)),
        ("Description", message.description),
        *schedule_facts(message),
        ("Total pings", str(message.ping_count)),
        ("Last ping", last_ping_text(message.last_ping)),
    ]
    return [(label, value) for label, value in known if value]


def plain_text(message: AlertMessage, limit: int) -> str:
    """Write the message as a few lines for chats and pagers, cut to `limit` characters: headline, facts, link."""
    lines = [f"{headline(message)}.", *(f"{label}: {value}" for label, value in facts(message)), message.url]
    return "\n".join(lines)[:limit]


def body_start(message: AlertMessage, limit: int) -> str:
    """Return the start of the last ping's body as text, decoded leniently, at most `limit` characters; may be empty."""
    ping = message.last_ping
    return "" if ping is None or ping.body is None else ping.body.decode(errors="replace")[:limit]


def reason_text(reason: FlipReason) -> str:
    """Say why a check went down; empty for a change that needs no reason."""
    return _REASONS.get(reason, "")


def duration_text(seconds: int) -> str:
    """Write a length of time with its two largest units: `1 hour 30 minutes`."""
    parts: list[str] = []
    for unit, size in _UNITS:
        amount, seconds = divmod(seconds, size)
        if amount:
            parts.append(f"{amount} {unit}{'' if amount == 1 else 's'}")
    return " ".join(parts[:2]) or "0 seconds"


def downtime_text(downtime: timedelta | None) -> str:
    """Write how long a check was down; empty when it did not come up just now."""
    return "" if downtime is None else duration_text(int(downtime.total_seconds()))


def instant_text(instant: datetime) -> str:
    """Write an instant in UTC with whole seconds: `2026-01-31 10:00:00 UTC`."""
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def last_ping_text(ping: LastPing | None) -> str:
    """Say when the last ping came, what it meant and how it was sent."""
    if ping is None:
        return "never"
    way = " ".join(filter(None, (ping.scheme.upper(), ping.method)))
    status = "" if ping.exit_status is None else f"exit status {ping.exit_status}"
    details = ", ".join(filter(None, (_KINDS[ping.kind], status, way)))
    return f"{instant_text(ping.at)} ({details})"


def one_line(text: str, limit: int) -> str:
    """Return the text without anything that breaks a line or a header, cut to `limit` characters."""
    plain = "".join(" " if category(character) in _BREAKING else character for character in text)
    return " ".join(plain.split())[:limit]


def schedule_facts(message: AlertMessage) -> list[tuple[str, str]]:
    """Name the period, or the schedule and its time zone."""
    if message.schedule is not None:
        return [("Schedule", message.schedule), ("Time zone", message.timezone)]
    return [] if message.period is None else [("Period", duration_text(message.period))]
