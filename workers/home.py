"""The home loop: the one event loop that the database belongs to (DESIGN section 3, loops)."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from app.channels.gateway import Gateway
from app.pipeline.renderers import Renderers
from app.site import Site

AT_HOME_SECONDS = 40.0
"""How long work at home may take, waiting for a busy database included."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Home:
    """What actors need of the process that they run in."""

    site: Site
    gateway: Gateway
    renderers: Renderers
    loop: asyncio.AbstractEventLoop

    @classmethod
    def here(cls, site: Site, renderers: Renderers) -> Self:
        """Return a home whose loop is the running one."""
        return cls(site, site.gateway, renderers, asyncio.get_running_loop())

    async def at_home(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the home loop, from any other, and return its result; TimeoutError after 40 seconds."""
        try:
            future = asyncio.run_coroutine_threadsafe(work, self.loop)
        except RuntimeError:
            # The loop is closed: the process is ending.
            work.close()
            raise
        async with asyncio.timeout(AT_HOME_SECONDS):
            return await asyncio.wrap_future(future)
