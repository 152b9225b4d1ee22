"""Webhook: an HTTP request of one's own making for down and for up."""

from app.channels.webhook.send import send
from app.channels.webhook.settings import Settings, from_value, is_noop, redacted

__all__ = ["Settings", "from_value", "is_noop", "redacted", "send"]
