"""What arrives at a ping URL, and what becomes of it."""

from datetime import datetime
from enum import Enum
from typing import NamedTuple, TypeAlias

from app.rules.signals import MailText
from app.rules.states import PingKind
from app.security.allowed_addresses import address_allowed
from app.store.check_changes import CheckChanges


class Signal(NamedTuple):
    """One received ping. It names its check by `uuid`, or by `ping_key` and `slug`.

    `kind` is what the URL asked for; the check's filters may change it. `body` is the part that is kept and filtered;
    of a mail, `mail` is filtered instead.
    `remote_address` is recorded, though a sender may have made it up; a ping key is held to `nearest_address`, which no
    sender can forge. With `provision`, a slug that names no check makes one that is so. (A tuple is made in half the
    time of a frozen dataclass.)
    """

    received_at: datetime
    kind: PingKind
    method: str
    uuid: str | None = None
    ping_key: str | None = None
    slug: str | None = None
    provision: CheckChanges | None = None
    exit_status: int | None = None
    run_key: str | None = None
    scheme: str = "http"
    remote_address: str | None = None
    nearest_address: str | None = None
    user_agent: str = ""
    body: bytes = b""
    mail: MailText | None = None


class Receipt(Enum):
    """What became of a signal: on disk, on disk with a check made for it, or not recorded and why."""

    OK = "OK"
    CREATED = "CREATED"
    NOT_FOUND = "NOT_FOUND"
    AMBIGUOUS = "AMBIGUOUS"


class KeyedSlug(NamedTuple):
    """A slug in the project that a ping key opens."""

    key_hash: str
    slug: str


class KeyTerms(NamedTuple):
    """From where, and until when, a ping key is good."""

    allow_ip: str | None
    expires_at: datetime | None

    def admit(self, signal: Signal) -> bool:
        """Tell whether the key opens anything for this signal."""
        expired = self.expires_at is not None and self.expires_at <= signal.received_at
        return not expired and address_allowed(self.allow_ip, signal.nearest_address)


CheckName: TypeAlias = str | KeyedSlug
"""How a signal names its check, without secrets: a uuid, or a slug under the hash of a key."""

NamedSignal: TypeAlias = tuple[CheckName, Signal]
