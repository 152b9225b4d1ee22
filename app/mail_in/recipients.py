"""The addresses that take mail in: of checks (specs/healthchecks.md section 13), and of alerts that bounce."""

import re
from dataclasses import dataclass

from app.ids import is_uuid
from app.pipeline.bounces import bounced
from app.rules.slugs import MAX_SLUG_LENGTH
from app.site import Site

_BY_SLUG = re.compile(rf"([-a-zA-Z0-9_]{{22}})\+([-a-z0-9_]{{1,{MAX_SLUG_LENGTH}}})", re.ASCII)


class Refused(Exception):
    """No mail is taken for this recipient; the text is the answer of SMTP."""


@dataclass(frozen=True, slots=True)
class CheckMailbox:
    """A check's mailbox: by uuid, or by ping key and slug. Whether there is such a check is not known yet."""

    uuid: str | None = None
    ping_key: str | None = None
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class BounceMailbox:
    """The mailbox for what could not be delivered of one notification."""

    notification_uuid: str


def recipient(site: Site, address: str) -> CheckMailbox | BounceMailbox:
    """Return whose mailbox this is, or raise `Refused`."""
    local, _, domain = address.rpartition("@")
    if (uuid := bounced(site, address)) is not None:
        return BounceMailbox(uuid)
    if domain.lower() != site.settings.ping_email_domain:
        raise Refused("550 5.1.1 Recipient rejected")
    if is_uuid(local.lower()):
        return CheckMailbox(uuid=local.lower())
    if found := _BY_SLUG.fullmatch(local):
        return CheckMailbox(ping_key=found[1], slug=found[2])
    raise Refused("550 5.1.1 Invalid mailbox")
