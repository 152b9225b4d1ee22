"""The last use of keys, noted after the answer and at most once a minute, so that reading stays reading."""

import logging

from app.db.away import DATABASE_ERRORS, is_away
from app.site import Site
from app.store import keys
from app.store.keys import USE_NOTED_EVERY, Caller

_log = logging.getLogger(__name__)


class KeyUse:
    """Notes uses; while one is being noted, the same key's other requests leave it alone."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._noting: set[int] = set()

    def is_due(self, caller: Caller) -> bool:
        """Tell whether what is noted of the caller's key is too old by now."""
        if caller.key_id in self._noting:
            return False
        return caller.last_used_at is None or self._site.clock() - caller.last_used_at >= USE_NOTED_EVERY

    async def note(self, caller: Caller) -> None:
        """Note that the caller's key was used just now; while the database is away, a later use is noted instead."""
        if not self.is_due(caller):
            return
        self._noting.add(caller.key_id)
        try:
            async with self._site.database.transaction() as unit:
                await keys.note_use(unit, caller.key_id, self._site.clock())
        except DATABASE_ERRORS as error:
            # The answer has left: raised, it would end the client's connection and help nobody.
            if not is_away(error):
                raise
            _log.warning("The use of a key is not noted: %s", type(error).__name__)
        finally:
            self._noting.discard(caller.key_id)
