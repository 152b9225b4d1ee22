"""What a mail about one change of state says (specs/healthchecks.md sections 11 and 12)."""

from email.message import EmailMessage

from app.channels.email.mail import add_parts, new_mail
from app.channels.email.settings import Settings
from app.channels.gateway import Gateway
from app.channels.message import AlertMessage, LastPing, Overview
from app.channels.wording import facts, headline, instant_text, one_line, subject
from app.mail_in.message import read_subject

BODY_BYTES = 10_000
"""Of the last ping's body this much is shown, from its end."""

_OTHERS_SHOWN = 20
_SUBJECT_CHARACTERS = 200
_ATTACHED = "last-ping.eml"
_NAME_CHARACTERS = 100


def render(settings: Settings, message: AlertMessage, gateway: Gateway) -> EmailMessage:
    """Write the mail: headers, a plain part and an HTML part. `as_bytes` gives what goes over the wire."""
    # All reminders of one outage are about the same change: what tells them apart is the message.
    told = (message.uuid, message.event, message.changed_at.isoformat(), settings.address)
    identity = (gateway.message_uuid, *told)
    mail = new_mail(settings.address, subject(message), identity, gateway)
    mail_ping = _mail_of(message.last_ping)
    add_parts(
        mail,
        "alert",
        gateway,
        message=message,
        headline=headline(message),
        facts=[*facts(message), *_subject_facts(mail_ping)],
        body="" if mail_ping else _body_text(message.last_ping),
        others=message.others_down[:_OTHERS_SHOWN],
        others_hidden=len(message.others_down[_OTHERS_SHOWN:]),
        overview=_overview_rows(message.overview),
        overview_has_more=message.overview is not None and message.overview.has_more,
    )
    if mail_ping is not None:
        mail.add_attachment(mail_ping, maintype="application", subtype="octet-stream", filename=_ATTACHED)
    return mail


def _mail_of(ping: LastPing | None) -> bytes | None:
    """Return the mail that the last ping was; None when it was none, or nothing was kept of it."""
    return ping.body if ping is not None and ping.scheme == "email" else None


def _subject_facts(mail: bytes | None) -> list[tuple[str, str]]:
    text = one_line(read_subject(mail), _SUBJECT_CHARACTERS) if mail else ""
    return [("Subject of last ping", text)] if text else []


def _overview_rows(overview: Overview | None) -> list[dict[str, str]]:
    return [
        {
            "name": one_line(line.name, _NAME_CHARACTERS),
            "state": "PAUSED" if line.paused else line.state,
            "heard": "run" if line.is_monitor else "ping",
            "heard_at": "never" if line.heard_at is None else instant_text(line.heard_at),
        }
        for line in (overview.lines if overview else ())
    ]


def _body_text(ping: LastPing | None) -> str:
    """Decode the end of the body leniently; a character cut in half shows as a replacement."""
    return "" if ping is None or ping.body is None else ping.body[-BODY_BYTES:].decode(errors="replace")
