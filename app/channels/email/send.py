"""Handing a mail to the site's mail server."""

import asyncio
import re
import socket
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiosmtplib

from app.channels.email.render import render
from app.channels.email.settings import Settings
from app.channels.gateway import Gateway, MailServer, StartTls
from app.channels.message import AlertMessage, DeliveryError
from app.channels.wording import one_line

DEADLINE_SECONDS = 30.0
_ANSWER_CHARACTERS = 150
_FAILED_FOR_GOOD = range(500, 600)
_UNROUTABLE = re.compile(r"5\.4\.4\b")
_STARTTLS = {StartTls.AUTO: None, StartTls.ALWAYS: True, StartTls.NEVER: False}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A mail as it is handed in: from whom, to whom, and its bytes."""

    sender: str
    receiver: str
    content: bytes


async def send(settings: Settings, message: AlertMessage, gateway: Gateway) -> None:
    """Send one mail. Permanent is only the mail server's 5xx to the receiver, 5.4.4 excepted."""
    await post(render(settings, message, gateway), settings.address, gateway)


async def post(mail: EmailMessage, receiver: str, gateway: Gateway) -> None:
    """Send a mail by the site's mail server, or raise `DeliveryError`: permanent as of `send`."""
    if gateway.mail_server is None:
        raise DeliveryError("No mail server is set (HELIOGRAPH_SMTP_URL)")
    sender = gateway.return_address or parseaddr(gateway.mail_from)[1]
    envelope = Envelope(sender=sender, receiver=receiver, content=mail.as_bytes())
    await hand_in(envelope, gateway.mail_server, local_name=_local_name(gateway.site_root))


async def hand_in(
    envelope: Envelope, server: MailServer, *, local_name: str, deadline: float = DEADLINE_SECONDS
) -> None:
    """Deliver within `deadline` seconds in all, or raise `DeliveryError`."""
    try:
        async with asyncio.timeout(deadline):
            await aiosmtplib.send(
                envelope.content,
                sender=envelope.sender,
                recipients=envelope.receiver,
                mail_options=() if envelope.receiver.isascii() else ("SMTPUTF8",),
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                local_hostname=local_name,
                use_tls=server.implicit_tls,
                start_tls=False if server.implicit_tls else _STARTTLS[server.starttls],
                timeout=deadline,
            )
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _refused(error.recipients[0]) from error
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise DeliveryError(_reason(error)) from error


def _refused(error: aiosmtplib.SMTPRecipientRefused) -> DeliveryError:
    permanent = error.code in _FAILED_FOR_GOOD and not _UNROUTABLE.match(error.message)
    return DeliveryError(_answer(error), permanent=permanent)


def _answer(error: aiosmtplib.SMTPResponseException) -> str:
    return f"The mail server answered {error.code} {one_line(error.message, _ANSWER_CHARACTERS)}".rstrip()


def _reason(error: Exception) -> str:
    """Put an error into words; the first that fits of the error itself and what it was raised from."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _answer(error)
    if type(error) is aiosmtplib.SMTPException:
        return one_line(error.message, _ANSWER_CHARACTERS)
    for reason in (error, error.__cause__):
        for kind, text in _TEXTS:
            if isinstance(reason, kind):
                return text
    return "Connection failed"


_TEXTS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "Connection timed out"),
    (socket.gaierror, "Could not resolve host"),
    (ssl.SSLError, "TLS handshake failed"),
    (aiosmtplib.SMTPNotSupported, "The mail server does not support what this mail needs"),
)


def _local_name(site_root: str) -> str:
    """Return the name to greet the mail server with; asking the system for it could block on the DNS."""
    host = urlsplit(site_root).hostname or "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[{address}]" if address.version == 4 else f"[IPv6:{address}]"  # noqa: PLR2004 - IP versions
