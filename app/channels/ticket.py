"""What kinds share that leave a ticket for people: it is opened when something goes down, and closing it is theirs."""

from typing import Any

from app.channels.chat_text import details
from app.channels.markup import fenced
from app.channels.message import AlertEvent, AlertMessage


def opens_one_ticket(_settings: Any, event: AlertEvent) -> bool:
    """Keep still about what came up, and about reminders: each would be one more ticket of the same outage."""
    return event in (AlertEvent.UP, AlertEvent.REMINDER)


def ticket_text(message: AlertMessage, limit: int) -> str:
    """Write link and details as Markdown within `limit` bytes of UTF-8; as code, the details mention nobody."""
    room = limit - len(_ticket(message.url, "").encode())
    return _ticket(message.url, details(message, room))


def _ticket(url: str, text: str) -> str:
    return f"{url}\n\n{fenced(text)}"
