"""Alert mails that come back: the address that they come back to, and what that changes (sections 7.6 and 11)."""

import re
from datetime import timedelta
from hmac import compare_digest

from app.ids import is_uuid
from app.pipeline.callbacks import record_report
from app.site import Site

HEARD_FOR = timedelta(days=14)
"""So long after it became due, bounces of a notification are heard: mail servers try for days."""

_PURPOSE = "bounce"
_SIGNATURE_LENGTH = 24  # with the rest 63 characters: a mailbox may have 64
_MAILBOX = re.compile(r"n\.([-0-9a-f]{36})\.([0-9a-f]{24})", re.ASCII | re.IGNORECASE)


def return_address(site: Site, notification_uuid: str) -> str | None:
    """Return the sender that the envelope of an alert mail names; None when bounces are not taken in."""
    domain = site.settings.mail_bounce_domain
    return f"n.{notification_uuid}.{_signature(site, notification_uuid)}@{domain}" if domain else None


def bounced(site: Site, address: str) -> str | None:
    """Return the uuid of the notification whose return address this is; None when it is none that we signed."""
    local, _, domain = address.rpartition("@")
    found = _MAILBOX.fullmatch(local)
    if found is None or not domain or domain.lower() != site.settings.mail_bounce_domain:
        return None
    uuid, signature = found[1].lower(), found[2].lower()
    return uuid if is_uuid(uuid) and compare_digest(_signature(site, uuid), signature) else None


async def record_bounce(site: Site, notification_uuid: str, reason: str, *, permanent: bool) -> None:
    """Record that a mail did not arrive; what is permanent disables its channel."""
    await record_report(site, notification_uuid, reason, disable=permanent, heard_for=HEARD_FOR)


def _signature(site: Site, notification_uuid: str) -> str:
    return site.vault.signature(_PURPOSE, notification_uuid)[:_SIGNATURE_LENGTH]
