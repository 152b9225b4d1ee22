"""Which time figures are to cover."""

from datetime import datetime

import strawberry

from app.rules import periods
from app.rules.periods import Period
from graphql_api.scalars import Duration


@strawberry.input(description="The time from one instant on and before another.")
class RangeInput:
    """Two instants."""

    since: datetime = strawberry.field(name="from", description="The first instant.")
    until: datetime = strawberry.field(description="The end, which is not part of it.")


@strawberry.input(one_of=True, description="Which time figures are to cover: exactly one field is given.")
class PeriodInput:
    """Exactly one field is given."""

    last: Duration | None = strawberry.field(
        default=strawberry.UNSET, description="So many seconds until now, such as 86400."
    )
    range: RangeInput | None = strawberry.field(default=strawberry.UNSET, description="Between two instants.")
    month: str | None = strawberry.field(
        default=strawberry.UNSET, description="A calendar month in the project's time zone, such as `2026-03`."
    )

    def period(self, now: datetime, timezone: str) -> Period:
        """Return the time; InvalidInput for an empty one, or what is no month."""
        if isinstance(self.range, RangeInput):
            return periods.between(self.range.since, self.range.until)
        if isinstance(self.month, str):
            return periods.month(self.month, timezone)
        return periods.last_seconds(self.last or 0, now)
