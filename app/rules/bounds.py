"""How much a pattern or path of a user may search, and what happens when it wants more."""

import time

SEARCH_SECONDS = 0.3


class TooCostly(Exception):
    """A search went beyond a bound; the text says which, to the one who wrote the pattern or path."""


class Stopwatch:
    """Counts the CPU that this thread uses from now on."""

    def __init__(self) -> None:
        self._end = time.thread_time() + SEARCH_SECONDS

    def look(self) -> None:
        """Raise `TooCostly` when `SEARCH_SECONDS` are over."""
        if time.thread_time() > self._end:
            raise TooCostly(OUT_OF_TIME)


OUT_OF_TIME = f"the search took more than {SEARCH_SECONDS} s"
