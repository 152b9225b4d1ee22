"""How lists of watchables are filtered and ordered."""

import strawberry

from app.errors import InvalidInput
from app.rules.check_settings import LONGEST_NAME, LONGEST_TAGS
from app.rules.states import WatchState
from app.store.check_pages import CheckFilter as Wanted
from app.store.check_pages import CheckOrder, CheckOrderField
from graphql_api.enums import OrderDirection

MOST_TAGS = 20
"""Tags that a filter may name."""


@strawberry.input(description="Which checks are wanted: each field that is given must hold.")
class CheckFilter:
    """Null and absent are the same: no condition."""

    tags: list[str] | None = strawberry.field(default=None, description="It carries all of these; at most 20.")
    state: list[WatchState] | None = strawberry.field(default=None, description="Its state is one of these.")
    search: str | None = strawberry.field(
        default=None, description="Its name holds this text; letters of ASCII match in either case."
    )
    slug: str | None = strawberry.field(default=None, description="Its slug is this.")
    paused: bool | None = strawberry.field(default=None, description="Whether it is paused.")

    def wanted(self) -> Wanted:
        """Return the filter as the store takes it; InvalidInput for what is too long."""
        tags = self.tags or []
        if len(tags) > MOST_TAGS:
            raise InvalidInput(f"At most {MOST_TAGS} tags can be asked for.", path=("filter", "tags"))
        return Wanted(
            tags=[_text(tag, "tags", LONGEST_TAGS) for tag in tags],
            states=None if self.state is None else list(dict.fromkeys(self.state)),
            search=None if self.search is None else _text(self.search, "search", LONGEST_NAME),
            slug=None if self.slug is None else _text(self.slug, "slug", LONGEST_NAME),
            paused=self.paused,
        )


def _text(text: str, field: str, longest: int) -> str:
    if len(text) > longest or "\0" in text:
        raise InvalidInput("This text is too long, or holds a NUL character.", path=("filter", field))
    return text


@strawberry.input(description="The order of a list of watchables.")
class WatchOrder:
    """Equal ones follow in the order of their creation."""

    field: CheckOrderField = strawberry.field(description="By what they are ordered.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")

    def order(self) -> CheckOrder:
        """Return the order as the store takes it."""
        return CheckOrder(self.field, descending=self.direction is OrderDirection.DESC)
