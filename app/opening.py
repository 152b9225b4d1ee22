"""Opening a site: what must be so before a process serves or provisions it, and the sentences that say what is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.clock import system_clock
from app.db.engine import Database
from app.db.migrate import migrate
from app.errors import Conflict
from app.security.keys import Vault
from app.settings import Settings
from app.site import Site
from app.store.keys import any_ping_key


def make_site(settings: Settings, *, pool_size: int = 5) -> Site:
    """Return the site that these settings describe; its folder and its secret are made, its database is not opened."""
    settings.make_data_dir()
    vault = Vault(settings.site_secret)
    return Site(settings, system_clock, Database(settings.resolved_database_url, pool_size=pool_size), vault)


@asynccontextmanager
async def opened(settings: Settings, *, pool_size: int = 5) -> AsyncIterator[Site]:
    """Open the site, its database in the newest shape, and close it at the end.

    InvalidInput, Conflict or Unavailable when the folder, the database or the secret is not as it must be.
    """
    site = make_site(settings, pool_size=pool_size)
    try:
        await migrate(site.database)
        await _refuse_another_secret(site)
        yield site
    finally:
        await site.trials.close()
        await site.database.close()


async def _refuse_another_secret(site: Site) -> None:
    """Refuse to start with another secret than the database was filled with: no key of anybody would be valid."""
    try:
        await any_ping_key(site.database, site.vault)
    except ValueError as error:
        raise Conflict(
            "The secret key is not the one that this database was filled with: set HELIOGRAPH_SECRET_KEY to that one, "
            f"or put {site.settings.secret_path} back."
        ) from error
