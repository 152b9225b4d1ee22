"""Group: several channels of the project under one name."""

from app.channels.group.settings import Settings, from_value, member_uuids, send
from app.channels.kind import ChannelKind, without_secrets

KIND = ChannelKind(
    about="Several channels of the project under one name.",
    Settings=Settings,
    from_value=from_value,
    send=send,
    is_noop=lambda _settings, _event: False,
    redacted=without_secrets,
    members=member_uuids,
)
