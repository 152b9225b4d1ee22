"""Where the badges of the caller's project are; who is given a URL needs no key to look at it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import InvalidInput
from app.rules.check_settings import LONGEST_TAGS, checked_text
from app.store import tags
from app.web.badges.links import EVERY_CHECK, BadgeUrls, tag_badge
from graphql_api.context import Context


@dataclass(frozen=True, slots=True)
class BadgePair:
    """The badge that knows up and down alone, and the one that tells late from up."""

    two_states: BadgeUrls
    three_states: BadgeUrls


async def badge_list(ctx: Context) -> Mapping[str, BadgePair]:
    """Return the badges of all checks (`*`) and of each tag that any of them carries, by the tag's name."""
    names = await tags.names_in_use(ctx.database, ctx.project().id)
    return {
        name: BadgePair(_badge(ctx, name, with_late=False), _badge(ctx, name, with_late=True))
        for name in dict.fromkeys((EVERY_CHECK, *names))
    }


async def badge_get(ctx: Context, *, tag: str | None, with_late: bool) -> BadgeUrls:
    """Return the badge of the checks that carry the tag, by now or later; without a tag that of all checks.

    InvalidInput when nothing could ever carry the tag.
    """
    if tag is not None and tags.words(checked_text(tag, "tag", LONGEST_TAGS)) != [tag]:
        raise InvalidInput("A tag is one word.", path=("tag",))
    return _badge(ctx, EVERY_CHECK if tag is None else tag, with_late=with_late)


def _badge(ctx: Context, tag: str, *, with_late: bool) -> BadgeUrls:
    return tag_badge(ctx.root, ctx.site.vault, ctx.project().badge_key, tag, with_late=with_late)
