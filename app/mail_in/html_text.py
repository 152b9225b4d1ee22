"""The text of an HTML part, for finding words in it.

The standard parser is not used: it takes quadratic time over tags that never end, and raises over some declarations.
"""

import re
from html import unescape

SOURCE_CHARACTERS = 500_000
"""Of the source so much is read."""

_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<hidden>script|style|title)\b.*?(?:</(?P=hidden)\b[^<>]*>?|\Z)"
    r"|<[a-z/!?][^<>]*>?",
    re.IGNORECASE | re.DOTALL,
)
_REFERENCE = re.compile(r"&#?\w{1,31}(?!\w);?")
_WITHIN_WORDS = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|del|em|font|i|ins|kbd|mark|q|s|small|span|strike|strong|sub|sup|tt|u|wbr)(?![\w-])",
    re.IGNORECASE,
)


def text_of(source: str) -> str:
    """Return what a reader sees, on one line: no markup, references resolved, white space run together."""
    plain = _MARKUP.sub(_instead, source[:SOURCE_CHARACTERS])
    return " ".join(_REFERENCE.sub(lambda found: unescape(found[0]), plain).split())


def _instead(markup: re.Match[str]) -> str:
    """Return nothing for a tag that may stand within a word, else a space."""
    return "" if _WITHIN_WORDS.match(markup[0]) else " "
