"""The context of one request: who asks, of which site."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from app.db.engine import Database
from app.errors import Forbidden, Unauthenticated
from app.security.roles import Role, at_least
from app.site import Site
from app.store.keys import Caller
from app.store.projects import ProjectRecord
from graphql_api.budget import Budget
from graphql_api.loaders import Loaders


@dataclass(slots=True)
class Context:
    """What every resolver is given. `caller` is None when no valid key came with the request.

    `root` is the site's root as this request reached it (no slash at the end): URLs in answers follow it.
    """

    site: Site
    caller: Caller | None
    root: str
    address: str | None = None
    budget: Budget = field(default_factory=Budget)
    loaders: Loaders = field(init=False)
    as_of: datetime = field(init=False)
    """The moment that figures of this request reach to: one for all, so that they are read together."""
    limit: asyncio.Timeout | None = field(default=None, init=False)
    """The deadline of the operation that runs, until `last_longer` moved it."""

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Read everything anew from now on: what was loaded may have changed."""
        self.as_of = self.now()
        self.loaders = Loaders(self.site.database, self.site.vault)

    def last_longer(self, seconds: float) -> None:
        """Let the operation that runs last so many seconds more than it may; it can be asked for once."""
        limit, self.limit = self.limit, None
        when = limit.when() if limit else None
        if limit and when is not None:
            limit.reschedule(when + seconds)

    @property
    def database(self) -> Database:
        """The site's database."""
        return self.site.database

    @property
    def ping_root(self) -> str:
        """Where clients send pings, with a slash at the end: as set, else below the root that this request used."""
        return self.site.ping_root if self.site.settings.ping_root else f"{self.root}/ping/"

    def now(self) -> datetime:
        """Return the present instant, by the site's clock."""
        return self.site.clock()

    def project(self, needed: Role = Role.VIEWER) -> ProjectRecord:
        """Return the caller's project; Unauthenticated without a key, Forbidden when its role does not reach."""
        if self.caller is None:
            raise Unauthenticated("This needs a key: send it as `Authorization: Bearer <key>`.")
        if not at_least(self.caller.role, needed):
            raise Forbidden("This key may only read.")
        return self.caller.project

    def reach(self, needed: Role) -> ProjectRecord:
        """Return the caller's project if a grant may give it what `needed` says; `grants.permit` tells if one does."""
        if self.caller is None or self.caller.user_id is None or not at_least(self.caller.key_role, needed):
            return self.project(needed)
        return self.caller.project

    @property
    def may_write(self) -> bool:
        """Tell whether the caller may change things, and so see what only writers see."""
        return self.caller is not None and at_least(self.caller.role, Role.EDITOR)
