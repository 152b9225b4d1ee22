"""Secrets in texts that are kept: whatever was sent or came back, they are not written down."""

import json
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote, quote_plus

MASK = "***"
SHORTEST_SECRET = 4
"""Characters; what is shorter would be found everywhere."""
_CUT = "…"


class Masking:
    """Puts `***` in the place of secrets: as they are, and as URLs, JSON, HTML and messages of scripts have them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        long_enough = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        self._spellings = sorted({one for secret in long_enough for one in _spellings(secret)}, key=len, reverse=True)
        self.longest = len(self._spellings[0]) if self._spellings else 0
        """Characters of the longest spelling, 0 when there is nothing to mask."""

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        for spelling in self._spellings:
            text = text.replace(spelling, MASK)
        return text

    def message(self, message: str) -> str:
        """Return a sentence without secrets, and without the start of one where it was cut: at a `…` and its end."""
        if not self._spellings:
            return message
        return _CUT.join(map(self._without_start, self.text(message).split(_CUT)))

    def _without_start(self, text: str) -> str:
        """Mask the longest start of a secret that the text ends with."""
        size = max(_shared(text, spelling) for spelling in self._spellings)
        return text[:-size] + MASK if size else text


def _spellings(secret: str) -> Iterator[str]:
    yield quote(secret, safe="", errors="replace")
    yield quote_plus(secret, errors="replace")
    yield escape(secret)
    for text in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield text
        yield text.replace("\\", "\\\\").replace("'", "\\'")  # as `assert` shows it


def _shared(text: str, secret: str) -> int:
    """Return the length of the longest start of the secret that the text ends with, 0 for a short one."""
    sizes = range(min(len(text), len(secret)), SHORTEST_SECRET - 1, -1)
    return next((size for size in sizes if text.endswith(secret[:size])), 0)
