"""Limits that hold for all processes together: what is left of each is a row of `token_buckets`."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Table, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from app.db.unit_of_work import UnitOfWork
from app.models.tables import token_buckets
from app.rules.limits import Limit
from app.security.keys import Vault
from app.site import Site

FORGOTTEN_AFTER = timedelta(days=32)
"""By then, whatever was taken has come back: it is longer than any month."""

_INSERTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


async def take(unit: UnitOfWork, vault: Vault, name: str, limit: Limit, now: datetime) -> bool:
    """Take one of what is left of the limit for this name; False, and nothing is taken, when none is left.

    It costs two statements and holds the name's row until the transaction ends. Only a keyed hash of the name is kept:
    it may be an address, or a secret.
    """
    hashed = vault.key_hash(name)
    new = _INSERTS[unit.session.get_bind().dialect.name](token_buckets).values(
        name=hashed, tokens=limit.capacity, updated_at=now
    )
    locked = new.on_conflict_do_update(index_elements=[token_buckets.c.name], set_={"name": hashed})
    held = (await unit.execute(locked.returning(token_buckets.c.tokens, token_buckets.c.updated_at))).one()
    left = limit.left(held.tokens, held.updated_at, now)
    if left < 1:
        return False
    taken = update(token_buckets).where(token_buckets.c.name == hashed).values(tokens=left - 1, updated_at=now)
    await unit.execute(taken)
    return True


async def forget_full(site: Site) -> None:
    """Delete what is left of limits that are whole again: it says no more than no row does."""
    async with site.database.transaction() as unit:
        await unit.execute(delete(token_buckets).where(token_buckets.c.updated_at < site.clock() - FORGOTTEN_AFTER))
