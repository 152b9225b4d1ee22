"""How a name becomes a slug (specs/healthchecks.md section 6)."""

import re
import unicodedata

MAX_SLUG_LENGTH = 100
"""Characters (specs/healthchecks.md section 6)."""

_DROPPED = re.compile(r"[^a-z0-9_\s-]")
_GAPS = re.compile(r"[\s-]+")


def slug_of(name: str) -> str:
    """Return the slug of a name; empty if the name has no letter or digit that ASCII can write."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    slug = _GAPS.sub("-", _DROPPED.sub("", plain.lower())).strip("-_")
    # Decomposing can make a name longer: one sign such as U+33C2 stands for four characters.
    return slug[:MAX_SLUG_LENGTH].rstrip("-_")
