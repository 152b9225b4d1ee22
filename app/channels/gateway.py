"""What a channel needs from the site to send: the mail server, the sender, the address policy, the clock."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from app.clock import Clock, system_clock

_DEFAULT_PORTS = {"smtp": 25, "smtps": 465}
_QUERY_NAMES = frozenset({"starttls"})


class StartTls(StrEnum):
    """Whether a plain connection turns to TLS: `AUTO` does so when the server offers it."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. `implicit_tls` means TLS from the first byte (`smtps://`)."""

    host: str
    port: int
    implicit_tls: bool
    starttls: StartTls
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Gateway:
    """The site's way out.

    Set for one message by `dataclasses.replace` are `unsubscribe_url`; `status_url`, where a provider reports how it
    went on (section 7.6); `return_address`, where mail servers do so; and `message_uuid`, which no other message has.
    `shell_allowed` says whether channels may run commands.
    """

    mail_server: MailServer | None
    mail_from: str
    site_root: str
    allow_private: bool
    unsubscribe_url: str | None = None
    status_url: str | None = None
    return_address: str | None = None
    message_uuid: str = ""
    shell_allowed: bool = False
    clock: Clock = system_clock


def parse_smtp_url(url: str) -> MailServer | None:
    """Read `smtp://user:password@host:587?starttls=auto|always|never` or `smtps://…`; empty is no mail server.

    Credentials are percent-decoded. Raises `ValueError` with a sentence that repeats nothing of the URL,
    for it may hold a password.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError("The mail server must be smtp://host or smtps://host")
    return MailServer(
        host=parts.hostname,
        port=_port(parts),
        implicit_tls=parts.scheme == "smtps",
        starttls=_starttls(parts.query),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or _DEFAULT_PORTS[parts.scheme]
    except ValueError:
        raise ValueError("The port of the mail server must be a number up to 65535") from None


def _starttls(query: str) -> StartTls:
    values = parse_qs(query, keep_blank_values=True)
    if not values.keys() <= _QUERY_NAMES:
        raise ValueError("The only option of a mail server URL is starttls")
    try:
        return StartTls(values.get("starttls", ["auto"])[-1])
    except ValueError:
        raise ValueError("starttls must be auto, always or never") from None
