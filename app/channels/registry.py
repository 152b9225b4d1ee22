"""The kinds of channels, found by scanning this folder: a new folder is a new kind."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

import app.channels
from app.channels.kind import ChannelKind
from app.errors import InvalidInput


@cache
def channel_kinds() -> Mapping[str, ChannelKind]:
    """Return every kind by its name, which is its folder's; raises `TypeError` for a folder without one."""
    folders = (module.name for module in pkgutil.iter_modules(app.channels.__path__) if module.ispkg)
    return MappingProxyType({name: _load(name) for name in sorted(folders)})


def channel_kind(name: str) -> ChannelKind:
    """Return the kind of this name; raises `InvalidInput` when there is none."""
    kind = channel_kinds().get(name)
    if kind is None:
        raise InvalidInput(f"There is no channel kind {name[:50]!r}", path=("kind",))
    return kind


def _load(name: str) -> ChannelKind:
    kind = getattr(import_module(f"app.channels.{name}"), "KIND", None)
    if not isinstance(kind, ChannelKind):
        raise TypeError(f"app/channels/{name} has no KIND")
    return kind
