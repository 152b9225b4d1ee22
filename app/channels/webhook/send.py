"""Sending a webhook."""

from app.channels.gateway import Gateway
from app.channels.http_kind import deliver_alert
from app.channels.message import AlertMessage
from app.channels.webhook.render import render
from app.channels.webhook.settings import Settings, chosen_request


async def send(settings: Settings, message: AlertMessage, gateway: Gateway) -> None:
    """Call the URL of this event; nothing happens if it has none (`is_noop`)."""
    chosen = chosen_request(settings, message.event)
    if chosen is not None:
        request, status = chosen
        await deliver_alert(render(request, message, status), message, gateway)
