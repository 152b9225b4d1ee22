"""Placeholders in what people wrote: one pass, longer names first (specs/healthchecks.md section 12)."""

import re
from collections.abc import Mapping
from datetime import UTC

from app.channels.message import AlertMessage, DeliveryError

# One digit only: `$TAG10` is `$TAG1` and a zero.
_TAGS_WITH_A_NAME = 9


def expand(template: str, values: Mapping[str, str], limit: int) -> str:
    """Replace each placeholder that has a value, once; what was put in is not looked at again.

    Raises `DeliveryError` when the result would be longer than `limit` characters.
    """
    parts: list[str] = []
    length = end = 0
    for match in _pattern(values).finditer(template):
        parts += template[end : match.start()], values[match[0]]
        length += len(parts[-2]) + len(parts[-1])
        end = match.end()
        _check_length(length, limit)
    parts.append(template[end:])
    _check_length(length + len(parts[-1]), limit)
    return "".join(parts)


def plain_values(message: AlertMessage, status: str) -> dict[str, str]:
    """Return the values that every kind with placeholders knows. `status` is `up` or `down`."""
    tags = {f"$TAG{number}": tag for number, tag in enumerate(message.tags[:_TAGS_WITH_A_NAME], start=1)}
    return tags | {
        "$CODE": message.uuid,
        "$STATUS": status,
        "$NOW": message.changed_at.astimezone(UTC).replace(microsecond=0).isoformat(),
        "$NAME": message.name,
        "$TAGS": " ".join(message.tags),
    }


def _pattern(values: Mapping[str, str]) -> re.Pattern[str]:
    longest_first = sorted(values, key=len, reverse=True)
    # Of no alternatives none matches, not even at the end.
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def _check_length(length: int, limit: int) -> None:
    if length > limit:
        raise DeliveryError(f"With its placeholders filled in, the request is too long ({limit} characters)")
