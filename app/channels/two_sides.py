"""Kinds that do one thing for down and another for up, either of which may be missing (section 12)."""

from typing import TypeVar

from app.channels.message import AlertEvent

T = TypeVar("T")


def chosen_side(down: T | None, up: T | None, event: AlertEvent) -> tuple[T, str] | None:
    """Return what is to be done about this event and its `$STATUS`, or nothing if there is nothing to do.

    A test does what would be done for down, or for up where nothing is done for down: what is tried is what will be
    used.
    """
    choices = {
        AlertEvent.DOWN: ((down, "down"),),
        AlertEvent.REMINDER: ((down, "down"),),
        AlertEvent.UP: ((up, "up"),),
        AlertEvent.TEST: ((down, "down"), (up, "up")),
    }
    return next(((side, status) for side, status in choices[event] if side is not None), None)
