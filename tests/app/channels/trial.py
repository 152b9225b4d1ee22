"""Sending by a kind to a receiver of one's own, with the settings of the kind's example."""

from contextlib import ExitStack
from importlib import import_module
from unittest.mock import patch

import pytest

from app.channels.message import AlertEvent, DeliveryError
from app.channels.registry import channel_kind
from tests.app.channels.facts import a_gateway, a_message
from tests.app.receiver import Received, Receiver, answer

NOWHERE = "127.0.0.1:1"
LINK = "https://monitor.example.org/cloaked/0123abcd/"
DOWN = "“Nightly backup” is DOWN."
UP = "“Nightly backup” is UP."
DOWN_DETAILS = """\
Reason: success signal did not arrive on time, grace time passed
Time of change: 2026-03-01 12:00:30 UTC
Project: Shop
Tags: prod db
Description: Dumps the orders.
Period: 1 hour
Total pings: 41
Last ping: 2026-03-01 10:59:30 UTC (failure, exit status 3, HTTPS POST)
Last ping body: disk is full"""
UP_DETAILS = DOWN_DETAILS.replace(
    "Reason: success signal did not arrive on time, grace time passed", "Downtime: 1 hour 30 minutes"
)
DOWN_TEXT = f"{DOWN}\n{DOWN_DETAILS}\n{LINK}"
UP_TEXT = f"{UP}\n{UP_DETAILS}\n{LINK}"


async def told(
    name: str, receiver: Receiver, event=AlertEvent.DOWN, /, *, settings=None, about=a_message, **facts
) -> Received:
    """Tell of an event with these facts, of a check unless `about` says otherwise, and return the newest request."""
    await send(name, receiver, about(event, **facts), settings or {})
    return receiver.requests[-1]


async def refused(name: str, receiver: Receiver, status: int, body: bytes = b"") -> DeliveryError:
    """Return the error of a message that is answered like this."""
    receiver.answers = [answer(status, body)]
    with pytest.raises(DeliveryError) as caught:
        await send(name, receiver, a_message(), {})
    return caught.value


async def send(name, receiver, message, changes):
    """Send with the example's settings, all that leads nowhere or to a provider's API leading to the receiver."""
    example = import_module(f"tests.app.channels.{name}.example").SETTINGS | changes
    here = {
        setting: value.replace(NOWHERE, f"127.0.0.1:{receiver.port}") if isinstance(value, str) else value
        for setting, value in example.items()
    }
    kind = channel_kind(name)
    module = import_module(f"app.channels.{name}")
    with ExitStack() as patches:
        if hasattr(module, "API"):
            patches.enter_context(patch.object(module, "API", receiver.url))
        await kind.send(kind.Settings.model_validate(here), message, a_gateway())
