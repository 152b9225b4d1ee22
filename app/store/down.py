"""What is down: a condition that both databases answer from an index of nothing else."""

from sqlalchemy import ColumnElement, literal

from app.models.tables import watchables
from app.rules.states import WatchState

IS_DOWN: ColumnElement[bool] = watchables.c.state == literal(
    WatchState.DOWN, watchables.c.state.type, literal_execute=True
)
"""Tells whether a watchable is stored as down. The word stands in the statement itself: a parameter would hide it."""
