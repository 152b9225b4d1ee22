"""A mail of the house: its headers, its plain and its HTML part, all in one frame."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.channels.gateway import Gateway

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


def new_mail(receiver: str, subject: str, identity: Sequence[str], gateway: Gateway) -> EmailMessage:
    """Return a mail without content. `as_bytes` gives what goes over the wire.

    `identity` is what it tells whom: a mail that is sent twice after a crash has the same id, and is shown once.
    """
    mail = EmailMessage(policy=_MailPolicy(linesep="\r\n", utf8=not receiver.isascii()))
    mail["Subject"] = subject
    mail["From"] = gateway.mail_from
    mail["To"] = receiver
    mail["Date"] = format_datetime(gateway.clock())
    mail["Message-ID"] = _message_id(identity, gateway)
    mail["Auto-Submitted"] = "auto-generated"
    if gateway.unsubscribe_url is not None:
        mail[_UNFOLDED] = f"<{gateway.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def add_parts(mail: EmailMessage, template: str, gateway: Gateway, **facts: Any) -> None:
    """Fill the mail with what the templates of this name, `.txt` and `.html`, make of the facts."""
    mail.set_content(_part(f"{template}.txt", gateway, facts), cte="quoted-printable")
    mail.add_alternative(_part(f"{template}.html", gateway, facts), subtype="html", cte="quoted-printable")


def _message_id(identity: Sequence[str], gateway: Gateway) -> str:
    domain = parseaddr(gateway.mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{sha256('|'.join(identity).encode()).hexdigest()[:40]}@{domain}>"


def _part(template: str, gateway: Gateway, facts: dict[str, Any]) -> str:
    text = _templates.get_template(template).render(
        facts, site_root=gateway.site_root, unsubscribe_url=gateway.unsubscribe_url
    )
    # A lone surrogate from someone's JSON cannot be sent.
    return text.encode(errors="replace").decode()
