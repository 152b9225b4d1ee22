"""The words that all channels share: reasons, durations, instants (specs/healthchecks.md section 11)."""

from datetime import UTC, datetime, timedelta
from unicodedata import category

from app.channels.message import AlertEvent, AlertMessage, CheckFacts, LastPing, MonitorFacts, RunGlance
from app.rules.states import FlipReason, PingKind

Fact = tuple[str, str]
"""A label and what is said of it."""

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
_PHASES = {
    "resolve": "resolve_ms",
    "connect": "connect_ms",
    "TLS": "tls_ms",
    "processing": "processing_ms",
    "transfer": "transfer_ms",
    "closing": "closing_ms",
}
_WHOLE_FROM = 10.0
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


def subject(message: AlertMessage) -> str:
    """Return `DOWN | <name>`, on one line whatever the name holds."""
    return one_line(f"{message.event} | {message.title}", _SUBJECT_CHARACTERS)


def headline(message: AlertMessage) -> str:
    """Return `“<name>” is DOWN`, or what else happened."""
    return f"“{message.title}” {_HEADLINES[message.event]}"


def facts(message: AlertMessage) -> list[Fact]:
    """List what is known as labels and values, in the order of reading; what is empty is left out."""
    subject = message.subject
    why, more = _check_facts(subject) if isinstance(subject, CheckFacts) else _monitor_facts(subject)
    known = [
        ("Downtime", downtime_text(message.downtime)),
        *why,
        ("Time of change", instant_text(message.changed_at)),
        ("Project", message.project),
        ("Tags", " ".join(message.tags)),
        *more,
    ]
    return [(label, value) for label, value in known if value]


def why_down(message: AlertMessage) -> str:
    """Say why something went down: the reason of a check, the root cause of a monitor's outage; may be empty."""
    subject = message.subject
    return reason_text(subject.reason) if isinstance(subject, CheckFacts) else subject.cause


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
    """Write how long something was down; empty when that is not known."""
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


def schedule_facts(check: CheckFacts) -> list[Fact]:
    """Name the period, or the schedule and its time zone."""
    if check.schedule is not None:
        return [("Schedule", check.schedule), ("Time zone", check.timezone)]
    return [] if check.period is None else [("Period", duration_text(check.period))]


def run_text(run: RunGlance) -> str:
    """Say when and from where a monitor was run, what was answered, and how long each part took."""
    answered = f", answered {', '.join(map(str, run.statuses))}" if run.statuses else ""
    place = f" from {run.location}" if run.location else ""
    parts = [(name, getattr(run.phases, field)) for name, field in _PHASES.items()]
    took = ", ".join(f"{name} {_milliseconds(part)}" for name, part in parts if part is not None)
    return f"{instant_text(run.at)}{place}{answered}, in {_milliseconds(run.total_ms)} ms" + (
        f" ({took})" if took else ""
    )


def _check_facts(check: CheckFacts) -> tuple[list[Fact], list[Fact]]:
    """Return why a check went down, and what else is known of it."""
    return [("Reason", reason_text(check.reason))], [
        ("Description", check.description),
        *schedule_facts(check),
        ("Total pings", str(check.ping_count)),
        ("Last ping", last_ping_text(check.last_ping)),
    ]


def _monitor_facts(monitor: MonitorFacts) -> tuple[list[Fact], list[Fact]]:
    """Return why and where a monitor went down, and what else is known of it."""
    steps = f"{monitor.steps} step{'' if monitor.steps == 1 else 's'}"
    return [
        ("Root cause", monitor.cause),
        *_call_facts(monitor),
        ("Down at", ", ".join(monitor.locations)),
    ], [
        ("Target", monitor.address or steps),
        ("Run", run_text(monitor.run) if monitor.run else ""),
        ("Last good run", run_text(monitor.good_run) if monitor.good_run else ""),
    ]


def _call_facts(monitor: MonitorFacts) -> list[Fact]:
    """Name the failing step, where there are several, what it asked for, what was answered, and what did not hold."""
    call = monitor.failed_call
    if call is None:
        return []
    step = f"{call.step} of {max(monitor.steps, call.step)}" + (f", {call.name}" if call.name else "")
    return [
        ("Failed step", step if call.name or monitor.steps > 1 else ""),
        ("Request", f"{call.method} {call.url}".strip()),
        ("Answer", "none" if call.status is None else f"status {call.status}"),
        ("What failed", ";\n".join(each for each in call.failures if each not in monitor.cause)),
    ]


def _milliseconds(amount: float) -> str:
    return f"{amount:.0f}" if amount >= _WHOLE_FROM else f"{amount:.1f}"
