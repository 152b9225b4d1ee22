"""The way of one letter: claimed with what it says, sent by someone else, recorded.

Its life is that of everything owed (`app.pipeline.owed`).
"""

import logging
from dataclasses import dataclass, fields
from datetime import datetime

from app.channels.email.letters import Nag, Report
from app.models import LetterKind
from app.models.tables import letters
from app.pipeline import letter_facts
from app.pipeline.due_letters import SEND
from app.pipeline.owed import Owed, mark_failed, mark_sent, take
from app.pipeline.unsubscribing import NAGS, REPORTS, unsubscribe_url
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.site import Site
from app.store import users
from app.store.users import UserRecord

LETTERS = Owed(letters, SEND)
"""What is owed to users."""

UNWANTED = "The user does not want to hear of this"
NOTHING_TO_SAY = "There is nothing to tell any more"

_MAILINGS = {LetterKind.REPORT: REPORTS, LetterKind.NAG: NAGS}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make attempt number `attempt` of a letter until the lease ends."""

    id: int
    uuid: str
    attempt: int
    user_id: int
    kind: LetterKind
    created_at: datetime


_CLAIM_COLUMNS = tuple(field.name for field in fields(Claim))


@dataclass(frozen=True, slots=True)
class ClaimedLetter:
    """A claim with all that is needed to send."""

    claim: Claim
    user: UserRecord
    content: Report | Nag
    unsubscribe_url: str


async def claim(site: Site, uuid: str, attempt: int) -> ClaimedLetter | None:
    """Claim a pending letter of which `attempt` attempts were made, in at most four statements.

    None when there is nothing to send; a letter that its user does not want any more, or that has nothing to tell, is
    settled here.
    """
    row = await take(site, LETTERS, uuid, attempt, _CLAIM_COLUMNS)
    user = await users.by_id(site.database, row.user_id) if row else None
    if row is None or user is None:
        return None
    taken = Claim(*row)
    is_wanted = {
        LetterKind.REPORT: user.report_rhythm is not ReportRhythm.OFF,
        LetterKind.NAG: user.nag_rhythm is not NagRhythm.OFF,
    }
    content = await _content(site, taken, user) if is_wanted[taken.kind] else None
    if content is None:
        reason = NOTHING_TO_SAY if is_wanted[taken.kind] else UNWANTED
        async with site.database.transaction() as unit:
            await mark_failed(unit, LETTERS, taken, site.clock(), reason, final=True)
        return None
    return ClaimedLetter(taken, user, content, unsubscribe_url(site, user.uuid, _MAILINGS[taken.kind]))


async def record_success(site: Site, claim: Claim) -> None:
    """Record that the letter arrived, also when its lease has ended meanwhile: it need not be sent again."""
    async with site.database.transaction() as unit:
        await mark_sent(unit, LETTERS, claim.id, site.clock())


async def record_failure(site: Site, claimed: ClaimedLetter, error: str, *, permanent: bool) -> None:
    """Record a failed attempt: tried again later, or given up.

    A permanent error also ends letters of the kind to the user, who would not get any other either.
    """
    claim, user = claimed.claim, claimed.user
    async with site.database.transaction() as unit:
        held = await mark_failed(unit, LETTERS, claim, site.clock(), error, final=permanent)
        if held and permanent:
            await unit.execute(_MAILINGS[claim.kind].stopped(user.uuid))
            _log.warning("User %s gets no more letters of kind %s: the mail server refused one", user.uuid, claim.kind)


async def _content(site: Site, claim: Claim, user: UserRecord) -> Report | Nag | None:
    if claim.kind is LetterKind.NAG:
        return await letter_facts.nag(site.database, user)
    return await letter_facts.report(site.database, user, claim.created_at)
