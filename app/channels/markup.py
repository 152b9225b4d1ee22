"""Texts that chat services take literally, whatever markup somebody has put into them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_MARKDOWN = re.compile(r"[\\`*_~\[\]<>|#]")
_FENCE = re.compile(r"`{3,}")
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_WORD_JOINER = "\N{WORD JOINER}"


@dataclass(frozen=True, slots=True)
class Markup:
    """How a service is told to take a text literally: within its markup, as a block, and where it knows no markup."""

    inline: Callable[[str], str]
    block: Callable[[str], str]
    plain: Callable[[str], str]


def entities(text: str) -> str:
    """Escape the three characters that Slack reads as markup wherever they stand."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unmentioned(text: str) -> str:
    """Break what would call people (`@channel`) by an invisible character."""
    return _MENTION.sub(f"@{_WORD_JOINER}", text)


def markdown(text: str) -> str:
    """Escape what Markdown reads as markup, and call nobody."""
    return unmentioned(_MARKDOWN.sub(r"\\\g<0>", text))


def fenced(text: str) -> str:
    """Return the text as a code block; a fence within it is written with apostrophes."""
    whole = _FENCE.sub(lambda fence: "'" * len(fence[0]), text)
    return f"```\n{whole}\n```"


SLACK = Markup(entities, entities, entities)
MARKDOWN = Markup(markdown, fenced, str)
UNESCAPABLE = Markup(unmentioned, fenced, str)
"""For a service whose Markdown knows no escape."""
