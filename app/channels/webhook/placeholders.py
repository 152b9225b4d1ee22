"""The placeholders of webhooks (specs/healthchecks.md section 12): one pass, longer names first."""

import json
import re
from collections.abc import Mapping
from datetime import UTC

from app.channels.message import AlertMessage, DeliveryError

_NAMES = (
    "$BODY_JSON",
    "$BODY",
    "$CODE",
    "$EXITSTATUS",
    "$JSON",
    "$NAME_JSON",
    "$NAME",
    "$NOW",
    "$SLUG",
    "$STATUS",
    "$TAGS",
)
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)
# One digit only: `$TAG10` is `$TAG1` and a zero.
_PLACEHOLDER = re.compile("|".join([*map(re.escape, _LONGEST_FIRST), r"\$TAG[1-9]"]))


def has_placeholder(text: str) -> bool:
    """Tell whether anything in the text could be replaced."""
    return _PLACEHOLDER.search(text) is not None


def expand(template: str, values: Mapping[str, str], limit: int) -> str:
    """Replace each placeholder that has a value, once; what was put in is not looked at again.

    Raises `DeliveryError` when the result would be longer than `limit` characters.
    """
    parts: list[str] = []
    length = end = 0
    for match in _PLACEHOLDER.finditer(template):
        parts += template[end : match.start()], values.get(match[0], match[0])
        length += len(parts[-2]) + len(parts[-1])
        end = match.end()
        _check_length(length, limit)
    parts.append(template[end:])
    _check_length(length + len(parts[-1]), limit)
    return "".join(parts)


def _check_length(length: int, limit: int) -> None:
    if length > limit:
        raise DeliveryError(f"With its placeholders filled in, the request is too long ({limit} characters)")


def common_values(message: AlertMessage, status: str) -> dict[str, str]:
    """Return what may stand anywhere: in URL, headers and body. `status` is `up` or `down`."""
    ping = message.last_ping
    exit_status = None if ping is None else ping.exit_status
    tags = {f"$TAG{number}": tag for number, tag in enumerate(message.tags, start=1)}
    return tags | {
        "$CODE": message.check_uuid,
        "$STATUS": status,
        "$NOW": message.changed_at.astimezone(UTC).replace(microsecond=0).isoformat(),
        "$NAME": message.name,
        "$NAME_JSON": json.dumps(message.name),
        "$SLUG": message.slug,
        "$TAGS": " ".join(message.tags),
        "$JSON": message.check_json,
        "$EXITSTATUS": str(-1 if exit_status is None else exit_status),
    }


def body_values(message: AlertMessage) -> dict[str, str]:
    """Return what may stand in the body alone: the last ping's body, decoded leniently."""
    ping = message.last_ping
    text = "" if ping is None or ping.body is None else ping.body.decode(errors="replace")
    return {"$BODY": text, "$BODY_JSON": json.dumps(text)}
