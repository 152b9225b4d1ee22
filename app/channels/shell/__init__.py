"""Shell: a command of one's own for down and for up."""

from app.channels.kind import ChannelKind, without_secrets
from app.channels.shell.send import lacking, send
from app.channels.shell.settings import Settings, from_value, is_noop

KIND = ChannelKind(
    about="A command of one's own for down and for up, run where the workers are; the server must allow it.",
    Settings=Settings,
    from_value=from_value,
    send=send,
    is_noop=is_noop,
    redacted=without_secrets,
    unavailable=lacking,
)
