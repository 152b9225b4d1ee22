"""Sending a webhook."""

from app.channels.gateway import Gateway
from app.channels.http_kind import TEST_TRIES, TRIES
from app.channels.message import AlertEvent, AlertMessage
from app.channels.webhook.render import render
from app.channels.webhook.settings import Settings, chosen_request
from app.outgoing import deliver


async def send(settings: Settings, message: AlertMessage, gateway: Gateway) -> None:
    """Call the URL of this event; nothing happens if it has none (`is_noop`). A test is tried once."""
    chosen = chosen_request(settings, message.event)
    if chosen is None:
        return
    request, status = chosen
    tries = TEST_TRIES if message.event is AlertEvent.TEST else TRIES
    await deliver(render(request, message, status), allow_private=gateway.allow_private, tries=tries)
