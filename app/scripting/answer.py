"""What a script's child answers. Scripts can change what makes it, so nothing in it is trusted."""

from dataclasses import dataclass, field
from typing import Any

import orjson

_TEXTS = ("method", "href")
_PAIRS = ("headers", "params")


class BadAnswer(ValueError):
    """What came is no answer of ours."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a script: the message if it threw, what it printed, and what was asked for.

    `request` holds the parts that the script changed, by their names in `StepRequest`.
    """

    error: str | None = None
    out_of_memory: bool = False
    logs: tuple[str, ...] = ()
    request: dict[str, Any] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


def read_answer(text: bytes) -> Answer:
    """Read an answer; raise `BadAnswer` for anything that is not exactly one."""
    try:
        fields = _object(orjson.loads(text))
    except orjson.JSONDecodeError as error:
        raise BadAnswer from error
    error_text = fields.get("error")
    return Answer(
        error=None if error_text is None else _text(error_text),
        out_of_memory=fields.get("memory") is True,
        logs=tuple(map(_text, _list(fields.get("logs")))),
        request=_changes(_object(fields.get("request") or {})),
        values={name: _text(value) for name, value in _object(fields.get("values") or {}).items()},
    )


def _changes(fields: dict[str, Any]) -> dict[str, Any]:
    parts: dict[str, Any] = {name: _text(fields[name]) for name in _TEXTS if name in fields}
    parts |= {name: tuple(map(_pair, _list(fields[name]))) for name in _PAIRS if name in fields}
    if "body" in fields:
        parts["body"] = None if fields["body"] is None else _text(fields["body"])
    return parts


def _pair(value: Any) -> tuple[str, str]:
    match _list(value):
        case [str(name), str(text)]:
            return name, text
    raise BadAnswer


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadAnswer
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise BadAnswer
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadAnswer
    return value
