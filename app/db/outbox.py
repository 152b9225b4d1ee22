"""Messages that leave for the broker once the rows that they name are committed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """Asks the actor of this name to look at these rows; it carries names of rows, and what else is sealed.

    `queue` is where it waits if not in the actor's own. After `max_age` seconds nobody wants it any more.
    """

    actor: str
    arguments: tuple[str | int, ...]
    queue: str | None = None
    max_age: int | None = None


Deliver = Callable[[Sequence[Message]], None]
"""Hands messages to the broker; a message that is lost is made good by the sweep."""


def drop_messages(messages: Sequence[Message]) -> None:
    """Deliver nothing: for processes that have no broker, whose rows the sweep of another finds."""
    del messages
