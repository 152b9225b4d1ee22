"""How checks are shown at one moment, said in SQL: what `app.rules.check_state` says of a record.

Here the rule is said a second time, so that filters, orders and counts need not read every check; a test holds the two
together over whole histories.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, literal

from app.models.tables import checks, watchables
from app.rules.states import WatchState


def state_at(now: datetime) -> ColumnElement[Any]:
    """Say what `shown_state` says of a check."""
    state = watchables.c.state
    return case(
        (_overdue(now), literal(WatchState.DOWN, state.type)),
        (_late(now), literal(WatchState.LATE, state.type)),
        else_=state,
    )


def since_at(now: datetime) -> ColumnElement[Any]:
    """Say what `shown_since` says of a check."""
    return case(
        (_overdue(now), checks.c.alert_after), (_late(now), checks.c.next_expected_at), else_=watchables.c.state_since
    )


def _overdue(now: datetime) -> ColumnElement[bool]:
    return (watchables.c.state != WatchState.DOWN) & (checks.c.alert_after <= now)


def _late(now: datetime) -> ColumnElement[bool]:
    return (watchables.c.state == WatchState.UP) & (checks.c.next_expected_at <= now)
