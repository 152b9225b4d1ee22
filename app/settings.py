"""Settings: environment variables `HELIOGRAPH_…`, read once at start (DESIGN section 6)."""

import logging
import os
import re
import secrets
from contextlib import suppress
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.channels.gateway import parse_smtp_url
from app.db.engine import database_url as parse_database_url
from app.errors import InvalidInput

_PREFIX = "HELIOGRAPH_"
_MAIL_DOMAIN = re.compile(
    r"(?=.{1,189}\Z)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE
)
"""Not longer than that a return address, which names it, may have 254 characters."""

_ORIGIN = re.compile(r"https?://[a-z0-9._\[\]:-]+", re.IGNORECASE)


class Settings(BaseSettings):
    """What an operator may set; every field is `HELIOGRAPH_` and its name in upper case."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Path("data")
    database_url: str = ""
    """`sqlite:///path` or `postgresql://…`, no driver name; empty is `heliograph.sqlite3` in the data folder."""
    broker_url: str = "memory://"
    """`memory://`, `redis://…` or `amqp://…`."""
    site_root: str = "http://localhost:8000"
    """Where people reach this server, for links in mails, webhooks and pages."""
    ping_root: str = ""
    """Where clients send pings, when that is not `<site root>/ping/`."""
    secret_key: SecretStr = SecretStr("")
    """Signs and encrypts; made and kept in the data folder when empty."""
    metrics_key: SecretStr = SecretStr("")
    """What `X-Metrics-Key` must say to read the figures of the whole site; empty lets nobody."""
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = "Heliograph <heliograph@localhost>"
    mail_bounce_domain: str = ""
    """The domain of the return addresses of alert mails; empty gives them none, and `mail_from` gets the bounces."""
    allow_private_targets: bool = False
    phone_monthly_limit: int = Field(default=500, ge=0)
    """SMS, WhatsApp messages and calls that a project may send in a calendar month (UTC); 0 sets no limit."""
    shell_channels: bool = False
    """Whether channels may run commands on the machine of the workers: whoever may make channels may then do so."""
    trusted_proxies: str = "127.0.0.1,::1"
    """Comma-separated addresses or networks whose `X-Forwarded-…` headers are believed; `*` is all."""
    force_https: bool = False
    """Whether plain http is sent to https; pings, `/healthz` and `/readyz` are not."""
    cors_origin: str = "*"
    """The origin whose pages may read answers of the API Science API; `*` is all, empty is none."""
    log_level: str = "INFO"
    ping_body_limit: int = Field(default=10_000, ge=0, le=1_000_000)
    """Bytes of a ping's body that are kept; 0 keeps none."""
    ping_smtp_port: int = Field(default=0, ge=0, le=65_535)
    """Where the web server takes e-mail pings, on the host that it listens on; 0 takes none."""
    ping_email_domain: str = Field(default="", validate_default=True)
    """The domain of the mailboxes of checks."""

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, url: str) -> str:
        if url:
            parse_database_url(url)
        return url

    @field_validator("site_root", "ping_root")
    @classmethod
    def _root_is_a_url(cls, root: str) -> str:
        parts = urlsplit(root)
        if root and not (parts.scheme in {"http", "https"} and parts.hostname):
            raise ValueError("must begin with http:// or https:// and a host")
        return root

    @field_validator("smtp_url")
    @classmethod
    def _mail_server_is_known(cls, url: SecretStr) -> SecretStr:
        parse_smtp_url(url.get_secret_value())
        return url

    @field_validator("mail_from")
    @classmethod
    def _sender_has_an_address(cls, sender: str) -> str:
        if "@" not in parseaddr(sender)[1]:
            raise ValueError("must hold a mail address, as in Heliograph <heliograph@example.org>")
        return sender

    @field_validator("mail_bounce_domain", "ping_email_domain")
    @classmethod
    def _mail_domain_is_a_name(cls, domain: str) -> str:
        if domain and not _MAIL_DOMAIN.fullmatch(domain):
            raise ValueError("must be the domain of mail addresses, as in ping.example.org")
        return domain.lower()

    @field_validator("ping_email_domain")
    @classmethod
    def _mail_that_is_taken_has_a_domain(cls, domain: str, others: ValidationInfo) -> str:
        if others.data.get("ping_smtp_port") and not domain:
            raise ValueError("must be set together with HELIOGRAPH_PING_SMTP_PORT, as in ping.example.org")
        return domain

    @field_validator("cors_origin")
    @classmethod
    def _origin_is_one(cls, origin: str) -> str:
        if origin not in {"", "*"} and not _ORIGIN.fullmatch(origin.rstrip("/")):
            raise ValueError("must be * or an origin such as https://dashboard.example.org")
        return origin.rstrip("/")

    @field_validator("log_level")
    @classmethod
    def _log_level_is_known(cls, level: str) -> str:
        if level.upper() not in logging.getLevelNamesMapping():
            raise ValueError("must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
        return level.upper()

    @cached_property
    def resolved_database_url(self) -> str:
        """The database URL, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'heliograph.sqlite3').resolve()}"

    @cached_property
    def site_secret(self) -> bytes:
        """The site's secret, from the setting or the data folder (made on first use, readable by its owner only)."""
        given = self.secret_key.get_secret_value()
        return given.encode() if given else _kept_secret(self.secret_path)

    @property
    def secret_path(self) -> Path:
        """Where the site's secret is kept when it is not set."""
        return self.data_dir / "secret.key"

    def make_data_dir(self) -> None:
        """Make the data folder if anything is kept there; InvalidInput when that cannot be."""
        if self.database_url and self.secret_key.get_secret_value():
            return
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self.data_dir, error) from error


def load_settings() -> Settings:
    """Read the settings; InvalidInput names those that are wrong, and repeats no value: it may be a secret."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [
            f"{_PREFIX}{str(detail['loc'][0]).upper()}: {detail['msg'].removeprefix('Value error, ')}"
            for detail in error.errors(include_input=False, include_url=False)
        ]
        raise InvalidInput("; ".join(wrong) + ".") from error


def _kept_secret(path: Path) -> bytes:
    try:
        if not path.exists():
            _publish(path, secrets.token_urlsafe(48))
        return path.read_bytes()
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> InvalidInput:
    return InvalidInput(f"Cannot write {path}: {error.strerror}. HELIOGRAPH_DATA_DIR names a folder to keep data in.")


def _publish(path: Path, text: str) -> None:
    """Write the file whole or not at all, so that a process starting beside us never reads half a secret."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
