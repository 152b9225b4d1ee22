"""The link in a mail by which its receiver stops more of them (RFC 8058)."""

from sqlalchemy import update

from app.models.tables import channels
from app.site import Site

REASON = "Unsubscribed"
_PURPOSE = "unsubscribe"


def unsubscribe_url(site: Site, channel_uuid: str) -> str:
    """Return the link that lets its holder disable the channel, and nothing else."""
    return f"{site.site_root}/unsubscribe/{channel_uuid}/{site.vault.signature(_PURPOSE, channel_uuid)}"


def may_unsubscribe(site: Site, channel_uuid: str, signature: str) -> bool:
    """Tell whether the signature is that of the channel's link."""
    return site.vault.signed(_PURPOSE, channel_uuid, signature)


async def unsubscribe(site: Site, channel_uuid: str) -> None:
    """Disable the channel; one that is disabled or gone stays so."""
    enabled = (channels.c.uuid == channel_uuid) & ~channels.c.disabled
    async with site.database.transaction() as unit:
        await unit.execute(update(channels).where(enabled).values(disabled=True, last_error=REASON))
