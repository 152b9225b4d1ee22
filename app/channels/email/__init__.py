"""Mail: plain text and HTML, handed to the site's mail server."""

from app.channels.email.send import send
from app.channels.email.settings import Settings, from_value
from app.channels.kind import ChannelKind, keeps_still, without_secrets

KIND = ChannelKind(
    about="Mail to one address.",
    Settings=Settings,
    from_value=from_value,
    send=send,
    is_noop=keeps_still,
    redacted=without_secrets,
)
