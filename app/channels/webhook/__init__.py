"""Webhook: an HTTP request of one's own making for down and for up."""

from app.channels.kind import ChannelKind
from app.channels.webhook.send import send
from app.channels.webhook.settings import Settings, from_value, is_noop, redacted

KIND = ChannelKind(
    about="An HTTP request of one's own making for down and for up.",
    Settings=Settings,
    from_value=from_value,
    send=send,
    is_noop=is_noop,
    redacted=redacted,
)
