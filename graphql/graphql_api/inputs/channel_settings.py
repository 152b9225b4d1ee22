"""What a kind of channel is given: an input type made of the kind's own `Settings`, so that a new folder is enough.

A kind whose settings read better in another shape has a type of its own in `graphql_api.inputs.channel`.
"""

from collections.abc import Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import strawberry
from pydantic.fields import FieldInfo
from strawberry.utils.str_converters import to_camel_case

from app.channels.kind import ChannelKind

_SCALARS = frozenset({str, int, float, bool})


class SettingsInput:
    """The settings of one kind of channel, as they are given: here with the same fields as the kind has them."""

    def settings(self) -> dict[str, object]:
        """Return the settings as the channel's kind takes them; InvalidInput for what it cannot tell."""
        return dict(vars(self))

    def place(self, path: Sequence[str]) -> list[str]:
        """Return where that which the kind calls `path` stands in this input."""
        return [to_camel_case(name) for name in path]


def settings_input(name: str, kind: ChannelKind) -> type[SettingsInput]:
    """Return the input type of a kind's settings; TypeError for a setting that no such type can hold."""
    fields = kind.Settings.model_fields
    words = "".join(word.capitalize() for word in name.split("_"))
    body = {setting: _field(field) for setting, field in fields.items()}
    types = {setting: _type(f"{name}.{setting}", field.annotation) for setting, field in fields.items()}
    made = type(f"{words}SettingsInput", (SettingsInput,), {**body, "__annotations__": types, "__module__": __name__})
    return strawberry.input(made, description=kind.about)


def _field(field: FieldInfo) -> Any:
    about = " ".join(filter(None, (field.description, _choices(field.annotation))))
    if field.is_required():
        return strawberry.field(description=about)
    default = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, list | tuple):
        return strawberry.field(default_factory=lambda: list(default), description=about)
    return strawberry.field(default=default.value if isinstance(default, Enum) else default, description=about)


def _choices(annotation: Any) -> str:
    """Say what may be given, where only some values may."""
    words = [str(word) for word in _words(annotation)]
    return f"One of: {', '.join(words)}." if words else ""


def _words(annotation: Any) -> Sequence[Any]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [member.value for member in annotation]
    return [word for part in get_args(annotation) for word in _words(part)]


def _type(where: str, annotation: Any) -> Any:
    """Return the type that the schema gives to values of this annotation."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(where, parts[0])
    if origin in (Union, UnionType) and NoneType in parts:
        [other] = [part for part in parts if part is not NoneType]
        return _type(where, other) | None
    if origin in (list, tuple):
        return list[_type(where, parts[0])]  # type: ignore[misc] # a type that is made here
    if annotation in _SCALARS:
        return annotation
    words = _words(annotation)
    if words:
        return type(words[0])
    raise TypeError(f"The setting {where} needs an input type of its own in graphql_api.inputs.channel")
