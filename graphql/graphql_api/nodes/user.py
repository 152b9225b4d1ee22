"""User: a person, as the keys that act for that person see it."""

from datetime import datetime

from app.rules.rhythms import NagRhythm, ReportRhythm
from app.store.users import UserRecord
from graphql_api.fields import node_type, stored
from graphql_api.nodes.node import Node


@node_type(UserRecord, "The person whom a key acts for, and what that person wants to hear by mail.")
class User(Node):
    """Describes `UserRecord`."""

    email: str = stored("Where letters go, and by what the person is known.")
    name: str = stored("What people call the person.")
    timezone: str = stored("The zone of the person's clock: a name of the tz database.")
    report_rhythm: ReportRhythm = stored("How often a report of what was down is sent.")
    next_report_at: datetime | None = stored(
        "When the next report is due; null when none is wanted, or for a new user until the scheduler saw it."
    )
    nag_rhythm: NagRhythm = stored("How often a reminder is sent while any check is down.")
    next_nag_at: datetime | None = stored("When the next reminder is due; null while nothing is down.")
    created_at: datetime = stored("When the account was made.")
