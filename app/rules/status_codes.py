"""Lists of response codes: `200`, `2xx`, `200, 204, 3xx` (specs/apiscience.md section 7)."""

import re
from functools import lru_cache

from app.errors import InvalidInput

_PART = re.compile(r"[1-5][0-9][0-9]|[1-5]xx", re.IGNORECASE)


# A monitor asks for the same ones at every run.
@lru_cache(maxsize=1024)
def codes(text: str) -> frozenset[int]:
    """Return the codes that a list names; raise `InvalidInput` for anything else."""
    parts = [part.strip() for part in text.split(",")]
    if not all(map(_PART.fullmatch, parts)):
        raise InvalidInput("a list of response codes looks like 200, or 2xx, or 200,204,3xx")
    return frozenset(code for part in parts for code in _meant(part.lower()))


def _meant(part: str) -> range:
    first = int(part.replace("x", "0"))
    return range(first, first + 100) if "x" in part else range(first, first + 1)
