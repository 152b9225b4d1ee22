"""Mail: plain text and HTML, handed to the site's mail server."""

from app.channels.email.send import send
from app.channels.email.settings import Settings, from_value, is_noop, redacted

__all__ = ["Settings", "from_value", "is_noop", "redacted", "send"]
