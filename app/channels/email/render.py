"""What a mail about one change of state says (specs/healthchecks.md sections 11 and 12)."""

from email.message import EmailMessage

from app.channels.email.mail import add_parts, new_mail
from app.channels.email.settings import Settings
from app.channels.gateway import Gateway
from app.channels.message import AlertMessage, LastPing
from app.channels.wording import facts, headline, subject

BODY_BYTES = 10_000
"""Of the last ping's body this much is shown, from its end."""

_OTHERS_SHOWN = 20


def render(settings: Settings, message: AlertMessage, gateway: Gateway) -> EmailMessage:
    """Write the mail: headers, a plain part and an HTML part. `as_bytes` gives what goes over the wire."""
    identity = (message.check_uuid, message.event, message.changed_at.isoformat(), settings.address)
    mail = new_mail(settings.address, subject(message), identity, gateway)
    add_parts(
        mail,
        "alert",
        gateway,
        message=message,
        headline=headline(message),
        facts=facts(message),
        body=_body_text(message.last_ping),
        others=message.others_down[:_OTHERS_SHOWN],
        others_hidden=len(message.others_down[_OTHERS_SHOWN:]),
    )
    return mail


def _body_text(ping: LastPing | None) -> str:
    """Decode the end of the body leniently; a character cut in half shows as a replacement."""
    return "" if ping is None or ping.body is None else ping.body[-BODY_BYTES:].decode(errors="replace")
