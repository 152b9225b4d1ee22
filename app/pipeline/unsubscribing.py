"""The links in mails by which their receivers stop more of them (RFC 8058)."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Update, update

from app.models.tables import channels, users
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.site import Site

REASON = "Unsubscribed"


@dataclass(frozen=True, slots=True)
class Mailing:
    """A kind of mail that can be stopped for one receiver: a channel or a user, named by its uuid.

    `path` begins its links, and a link of one mailing does not fit another. `stopped` changes nothing that has stopped.
    """

    path: str
    stopped: Callable[[str], Update]


def _disabled_channel(uuid: str) -> Update:
    return (
        update(channels).where(channels.c.uuid == uuid, ~channels.c.disabled).values(disabled=True, last_error=REASON)
    )


def _user_without_reports(uuid: str) -> Update:
    return update(users).where(users.c.uuid == uuid).values(report_rhythm=ReportRhythm.OFF, next_report_at=None)


def _user_without_nags(uuid: str) -> Update:
    return update(users).where(users.c.uuid == uuid).values(nag_rhythm=NagRhythm.OFF, next_nag_at=None)


ALERTS = Mailing("unsubscribe", _disabled_channel)
REPORTS = Mailing("unsubscribe/reports", _user_without_reports)
NAGS = Mailing("unsubscribe/nags", _user_without_nags)


def unsubscribe_url(site: Site, uuid: str, mailing: Mailing = ALERTS) -> str:
    """Return the link that lets its holder stop these mails to this receiver, and nothing else."""
    return f"{site.site_root}/{mailing.path}/{uuid}/{site.vault.signature(mailing.path, uuid)}"


def may_unsubscribe(site: Site, uuid: str, signature: str, mailing: Mailing = ALERTS) -> bool:
    """Tell whether the signature is that of the receiver's link."""
    return site.vault.signed(mailing.path, uuid, signature)


async def unsubscribe(site: Site, uuid: str, mailing: Mailing = ALERTS) -> None:
    """Send no more of these mails to this receiver; one that gets none or is gone stays so."""
    async with site.database.transaction() as unit:
        await unit.execute(mailing.stopped(uuid))
