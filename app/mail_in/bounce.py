"""A mail that says that another one did not arrive (RFC 3464), and whose return address it was sent to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.channels.wording import one_line
from app.mail_in.mime import leaves, read_headers, read_part
from app.pipeline.bounces import record_bounce
from app.site import Site

BOUNCE_BYTES = 64 * 1024
"""Of a bounce so much is read: what it says comes before the mail that it returns."""

_TEXT_CHARACTERS = 200
_RECIPIENT_HEADERS = ("to", "delivered-to", "x-original-to")
_ADDRESS = re.compile(r"[^\s<>,;:\"]{1,255}@[^\s<>,;:\"]{1,255}")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)
_UNROUTABLE = "5.4.4"


@dataclass(frozen=True, slots=True)
class Bounce:
    """Why a mail did not arrive; `permanent` says that no other to that receiver would."""

    reason: str
    permanent: bool


def read_bounce(raw: bytes) -> Bounce | None:
    """Return what the mail reports of the first receiver that it failed to reach; None when it reports no failure."""
    for said in _reports(raw[:BOUNCE_BYTES]):
        status = _STATUS.match(said.get("status", ""))
        if status is not None and said.get("action", "").lower() == "failed":
            told = said.get("diagnostic-code", "")
            reason = one_line(f"The mail bounced with status {status[0]} {told}", _TEXT_CHARACTERS)
            return Bounce(reason, permanent=status[0].startswith("5.") and status[0] != _UNROUTABLE)
    return None


async def note_bounce(site: Site, notification_uuid: str, raw: bytes) -> None:
    """Record what came to a notification's return address, if it reports a failure."""
    bounce = read_bounce(raw)
    if bounce is not None:
        await record_bounce(site, notification_uuid, bounce.reason, permanent=bounce.permanent)


def addressed_to(raw: bytes) -> list[str]:
    """Return the addresses that the mail's headers say it was sent to."""
    headers = read_part(raw[:BOUNCE_BYTES]).headers
    return [address for name in _RECIPIENT_HEADERS for address in _ADDRESS.findall(headers.get(name, ""))]


def _reports(raw: bytes) -> Iterator[dict[str, str]]:
    """Yield what is said of each receiver."""
    for part in leaves(raw):
        if part.kind == "message/delivery-status":
            yield from map(read_headers, re.split(rb"\r?\n\r?\n", part.body))
