"""How lists of watchables are filtered and ordered."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from app.errors import InvalidInput
from app.rules.check_settings import LONGEST_NAME, LONGEST_TAGS
from app.rules.outcomes import ProbeKind
from app.rules.states import WatchState
from app.store.check_pages import CheckFilter as Wanted
from app.store.check_pages import CheckOrder, CheckOrderField, Position
from app.store.monitor_pages import MonitorFilter as WantedMonitors
from graphql_api.connections import read_cursor
from graphql_api.enums import OrderDirection
from graphql_api.inputs.references import uuid_of

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
        return Wanted(
            tags=_tags(self.tags),
            states=None if self.state is None else list(dict.fromkeys(self.state)),
            search=_text(self.search, "search", LONGEST_NAME),
            slug=_text(self.slug, "slug", LONGEST_NAME),
            paused=self.paused,
        )


@strawberry.input(description="Which monitors are wanted: each field that is given must hold.")
class MonitorFilter:
    """Null and absent are the same: no condition."""

    tags: list[str] | None = strawberry.field(default=None, description="It carries all of these; at most 20.")
    state: list[WatchState] | None = strawberry.field(default=None, description="Its state is one of these.")
    kind: list[ProbeKind] | None = strawberry.field(default=None, description="It is of one of these kinds.")
    search: str | None = strawberry.field(
        default=None, description="Its name holds this text; letters of ASCII match in either case."
    )
    slug: str | None = strawberry.field(default=None, description="Its slug is this.")
    location: strawberry.ID | None = strawberry.field(default=None, description="This place is among its locations.")
    paused: bool | None = strawberry.field(default=None, description="Whether it is paused.")

    def wanted(self) -> WantedMonitors:
        """Return the filter as the store takes it; InvalidInput for what is too long, NotFound for no location."""
        return WantedMonitors(
            tags=_tags(self.tags),
            states=None if self.state is None else list(dict.fromkeys(self.state)),
            kinds=None if self.kind is None else list(dict.fromkeys(self.kind)),
            search=_text(self.search, "search", LONGEST_NAME),
            slug=_text(self.slug, "slug", LONGEST_NAME),
            location=None if self.location is None else uuid_of(self.location, "Location", "filter", "location"),
            paused=self.paused,
        )


def _tags(given: Sequence[str] | None) -> list[str]:
    tags = given or []
    if len(tags) > MOST_TAGS:
        raise InvalidInput(f"At most {MOST_TAGS} tags can be asked for.", path=("filter", "tags"))
    return [text for tag in tags if (text := _text(tag, "tags", LONGEST_TAGS)) is not None]


def _text(text: str | None, field: str, longest: int) -> str | None:
    if text is None:
        return None
    if len(text) > longest or "\0" in text:
        raise InvalidInput("This text is too long, or holds a NUL character.", path=("filter", field))
    return text


_CURSORS: dict[CheckOrderField, type] = {
    CheckOrderField.NAME: str,
    CheckOrderField.STATE: int,
    CheckOrderField.STATE_SINCE: datetime,
    CheckOrderField.CREATED: int,
}


def place_after(cursor: str | None, order: CheckOrder) -> Position | None:
    """Return the place in this order that a cursor names, None for the start; InvalidInput for another list's."""
    place = read_cursor(cursor, order.field.value, _CURSORS[order.field], int)
    return (place[1], place[2]) if place else None


@strawberry.input(description="The order of a list of watchables.")
class WatchOrder:
    """Equal ones follow in the order of their creation."""

    field: CheckOrderField = strawberry.field(description="By what they are ordered.")
    direction: OrderDirection = strawberry.field(default=OrderDirection.ASC, description="Which end comes first.")

    def order(self) -> CheckOrder:
        """Return the order as the store takes it."""
        return CheckOrder(self.field, descending=self.direction is OrderDirection.DESC)
