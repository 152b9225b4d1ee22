"""What is to become of a user."""

import strawberry

from app.rules.rhythms import NagRhythm, ReportRhythm


@strawberry.input(description="What is to become of a user; what is absent stays as it is, and nothing can be null.")
class UserUpdateInput:
    """Changes of a user."""

    name: strawberry.Maybe[str] = strawberry.field(default=None, description="What people are to call the person.")
    timezone: strawberry.Maybe[str] = strawberry.field(
        default=None, description="The zone of the person's clock: a name of the tz database, such as `Europe/Berlin`."
    )
    report_rhythm: strawberry.Maybe[ReportRhythm] = strawberry.field(
        default=None, description="How often a report of what was down is sent."
    )
    nag_rhythm: strawberry.Maybe[NagRhythm] = strawberry.field(
        default=None, description="How often a reminder is sent while any check is down."
    )
