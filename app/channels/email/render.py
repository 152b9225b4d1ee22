"""What a mail about one change of state says (specs/healthchecks.md sections 11 and 12)."""

from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.channels.email.settings import Settings
from app.channels.gateway import Gateway
from app.channels.message import AlertMessage, LastPing
from app.channels.wording import facts, headline, subject

BODY_BYTES = 10_000
"""Of the last ping's body this much is shown, from its end."""

_OTHERS_SHOWN = 20
_UNFOLDED = "List-Unsubscribe"


class _MailPolicy(EmailPolicy):
    """SMTP's rules, but a long URL stays readable: the standard folding would encode it."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == _UNFOLDED:
            return f"{name}: {value}{self.linesep}".encode()
        return super().fold_binary(name, value)


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(settings: Settings, message: AlertMessage, gateway: Gateway) -> EmailMessage:
    """Write the mail: headers, a plain part and an HTML part. `as_bytes` gives what goes over the wire."""
    mail = EmailMessage(policy=_MailPolicy(linesep="\r\n", utf8=not settings.address.isascii()))
    mail["Subject"] = subject(message)
    mail["From"] = gateway.mail_from
    mail["To"] = settings.address
    mail["Date"] = format_datetime(gateway.clock())
    mail["Message-ID"] = _message_id(settings, message, gateway)
    mail["Auto-Submitted"] = "auto-generated"
    if gateway.unsubscribe_url is not None:
        mail[_UNFOLDED] = f"<{gateway.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_part("alert.txt", message, gateway), cte="quoted-printable")
    mail.add_alternative(_part("alert.html", message, gateway), subtype="html", cte="quoted-printable")
    return mail


def _message_id(settings: Settings, message: AlertMessage, gateway: Gateway) -> str:
    """Name the mail by what it tells whom, so that a mail sent twice after a crash is shown once."""
    facts = (message.check_uuid, message.event, message.changed_at.isoformat(), settings.address)
    domain = parseaddr(gateway.mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{sha256('|'.join(facts).encode()).hexdigest()[:40]}@{domain}>"


def _part(template: str, message: AlertMessage, gateway: Gateway) -> str:
    text = _templates.get_template(template).render(
        message=message,
        headline=headline(message),
        facts=facts(message),
        body=_body_text(message.last_ping),
        others=message.others_down[:_OTHERS_SHOWN],
        others_hidden=len(message.others_down[_OTHERS_SHOWN:]),
        site_root=gateway.site_root,
        unsubscribe_url=gateway.unsubscribe_url,
    )
    # A lone surrogate from someone's JSON cannot be sent.
    return text.encode(errors="replace").decode()


def _body_text(ping: LastPing | None) -> str:
    """Decode the end of the body leniently; a character cut in half shows as a replacement."""
    return "" if ping is None or ping.body is None else ping.body[-BODY_BYTES:].decode(errors="replace")
