"""Apprise: one of many further services, by the URL that apprise gives it."""

from app.channels.apprise.send import send
from app.channels.apprise.settings import Settings, from_value
from app.channels.kind import ChannelKind, keeps_still, without_secrets

KIND = ChannelKind(
    about="One of many further services, by an apprise URL.",
    Settings=Settings,
    from_value=from_value,
    send=send,
    is_noop=keeps_still,
    redacted=without_secrets,
)
