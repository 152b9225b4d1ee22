"""The kinds of channels, found by scanning this folder: a new folder is a new kind."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

import app.channels
from app.channels.kind import ChannelKind
from app.errors import InvalidInput


def kind_names() -> list[str]:
    """Return the names of all kinds, which are their folders', without loading any."""
    return sorted(module.name for module in pkgutil.iter_modules(app.channels.__path__) if module.ispkg)


@cache
def channel_kinds() -> Mapping[str, ChannelKind]:
    """Return every kind by its name; raises `TypeError` for a folder without one."""
    return MappingProxyType({name: _load(name) for name in kind_names()})


def channel_kind(name: str) -> ChannelKind:
    """Return the kind of this name; raises `InvalidInput` when there is none."""
    kind = channel_kinds().get(name)
    if kind is None:
        known = ", ".join(kind_names())
        raise InvalidInput(f"There is no channel kind {name[:50]!r}; there are {known}", path=("kind",))
    return kind


def _load(name: str) -> ChannelKind:
    kind = getattr(import_module(f"app.channels.{name}"), "KIND", None)
    if not isinstance(kind, ChannelKind):
        raise TypeError(f"app/channels/{name} has no KIND")
    return kind
