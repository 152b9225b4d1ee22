"""Secrets in texts that are kept: whatever was sent or came back, they are not written down."""

import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

MASK = "***"
SHORTEST_SECRET = 4
"""Characters; what is shorter would be found everywhere."""
_CUT = "…"


class Masking:
    """Puts `***` in the place of these secrets, as they are and as URLs and JSON write them."""

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
        """Return a sentence without secrets, and without the start of one that a `…` in it cuts off."""
        if not self._spellings:
            return message
        *cut, last = self.text(message).split(_CUT)
        return _CUT.join([*map(self._without_start, cut), last])

    def _without_start(self, text: str) -> str:
        """Mask the longest start of a secret that the text ends with."""
        size = max(_shared(text, spelling) for spelling in self._spellings)
        return text[:-size] + MASK if size else text


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield quote(secret, safe="", errors="replace")
    yield quote_plus(secret, errors="replace")
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]


def _shared(text: str, secret: str) -> int:
    """Return the length of the longest start of the secret that the text ends with, 0 for a short one."""
    sizes = range(min(len(text), len(secret)), SHORTEST_SECRET - 1, -1)
    return next((size for size in sizes if text.endswith(secret[:size])), 0)
