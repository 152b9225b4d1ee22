"""BadgeSet: where a badge is found, in each of its formats."""

from typing import Annotated

import strawberry

from app.web.badges.links import BadgeUrls
from graphql_api.fields import node_type, stored
from graphql_api.scalars import URL

WithLate = Annotated[
    bool, strawberry.argument(description="Whether it tells late from up; without, it knows up and down alone.")
]


@node_type(BadgeUrls, "A badge: anybody who has one of its URLs may look at it, without a key.")
class BadgeSet:
    """Describes `BadgeUrls`."""

    svg: URL = stored("An image of 20 pixels' height, for pages.")
    json: URL = stored("`status`, and how many checks there are, are late (`grace`) and are down.")
    shields: URL = stored("What shields.io draws a badge of its own from.")
