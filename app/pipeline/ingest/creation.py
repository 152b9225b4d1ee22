"""A check that a ping makes: `?create=1` (specs/healthchecks.md sections 8 and 17)."""

from sqlalchemy import select

from app.db.reader import AnyRow, Reader
from app.errors import InvalidInput
from app.models.tables import api_keys, projects, watchables
from app.pipeline.ingest.signal import KeyTerms, Receipt, Signal
from app.rules.slugs import MAX_SLUG_LENGTH
from app.security.keys import KeyRole
from app.site import Site
from app.store import assignments, checks
from app.store.check_changes import CheckChanges, change
from app.store.projects import lock


class BadProvision(InvalidInput):
    """The check that a signal makes cannot be as it says; the message tells why."""


_LIMIT_FACTOR = 2
"""Pings may fill a project up to twice its limit."""


async def create_check(site: Site, signal: Signal) -> Receipt:
    """Make the check that the signal's slug names, as it says; else with defaults and all channels of the project.

    Returns CREATED; OK when somebody else made it first; NOT_FOUND when the key opens nothing or the project is full.
    Raises BadProvision when it says what cannot be, such as a channel that there is not.
    """
    slug = signal.slug or ""
    project = await _opened_project(site, signal)
    if project is None or not 0 < len(slug) <= MAX_SLUG_LENGTH:
        return Receipt.NOT_FOUND
    async with site.database.transaction() as unit:
        await lock(unit, project.id)
        if await _slug_is_taken(unit, project.id, slug):
            return Receipt.OK
        if await checks.count(unit, project.id) >= project.check_limit * _LIMIT_FACTOR:
            return Receipt.NOT_FOUND
        check = checks.new_check(project.id, slug, slug, signal.received_at)
        await checks.add(unit, check)
        await assignments.assign_all(unit, check.id)
        try:
            await change(unit, check, signal.provision or CheckChanges())
        except InvalidInput as error:
            raise BadProvision(error.message, path=error.path) from error
    return Receipt.CREATED


async def _opened_project(site: Site, signal: Signal) -> AnyRow | None:
    """Return number and limit of the project that the ping key opens; a read, so that a wrong key locks nothing."""
    row = await site.database.row(
        select(projects.c.id, projects.c.check_limit, api_keys.c.allow_ip, api_keys.c.expires_at)
        .join(api_keys, api_keys.c.project_id == projects.c.id)
        .where(api_keys.c.secret_hash == site.vault.key_hash(signal.ping_key or ""), api_keys.c.role == KeyRole.PING)
    )
    return row if row and KeyTerms(row.allow_ip, row.expires_at).admit(signal) else None


async def _slug_is_taken(reader: Reader, project_id: int, slug: str) -> bool:
    same = select(watchables.c.id).where(watchables.c.project_id == project_id, watchables.c.slug == slug).limit(1)
    return await reader.row(same) is not None
