"""What is down: a condition that both databases answer from an index of nothing else."""

from sqlalchemy import ColumnElement, and_, literal

from app.models.tables import watchables
from app.rules.states import WatchState

IS_DOWN: ColumnElement[bool] = and_(
    watchables.c.state == literal(WatchState.DOWN, watchables.c.state.type, literal_execute=True), ~watchables.c.paused
)
"""Tells whether a watchable is stored as down, and watched. The word itself stands in it: a parameter would hide it."""
