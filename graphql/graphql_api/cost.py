"""The `@cost` directive: what a field costs when it is not that of one node (GRAPHQL.md section 2)."""

import strawberry
from strawberry.schema_directive import Location


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="cost", description="What asking for this field costs, in nodes."
)
class Cost:
    """Each of its rows costs `weight`; the arguments in `multipliers` say how many rows there are."""

    # By name, as a sorted schema has them: Strawberry would print a directive of another order a second time.
    multipliers: list[str] | None = strawberry.directive_field(name="multipliers", default=None)
    weight: int = strawberry.directive_field(name="weight", default=1)
