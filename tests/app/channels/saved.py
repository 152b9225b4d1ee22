"""Settings of a kind as they are once saved."""

from importlib import import_module

from app.channels.kind import ChannelSettings
from app.channels.registry import channel_kind


def saved(kind: str, **changes) -> ChannelSettings:
    """Return the settings of the kind's example, some of them changed; raises `ValidationError`."""
    example = import_module(f"tests.app.channels.{kind}.example").SETTINGS
    return channel_kind(kind).Settings.model_validate(example | changes)
