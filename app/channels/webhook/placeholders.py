"""The placeholders of webhooks (specs/healthchecks.md section 12)."""

import json
import re

from app.channels.message import AlertMessage
from app.channels.placeholders import plain_values

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
_PLACEHOLDER = re.compile("|".join([*map(re.escape, _NAMES), r"\$TAG[1-9]"]))


def has_placeholder(text: str) -> bool:
    """Tell whether anything in the text could be replaced."""
    return _PLACEHOLDER.search(text) is not None


def common_values(message: AlertMessage, status: str) -> dict[str, str]:
    """Return what may stand anywhere: in URL, headers and body. `status` is `up` or `down`."""
    ping = message.last_ping
    exit_status = None if ping is None else ping.exit_status
    return plain_values(message, status) | {
        "$NAME_JSON": json.dumps(message.name),
        "$SLUG": message.slug,
        "$JSON": message.json,
        "$EXITSTATUS": str(-1 if exit_status is None else exit_status),
    }


def body_values(message: AlertMessage) -> dict[str, str]:
    """Return what may stand in the body alone: the last ping's body, decoded leniently."""
    ping = message.last_ping
    text = "" if ping is None or ping.body is None else ping.body.decode(errors="replace")
    return {"$BODY": text, "$BODY_JSON": json.dumps(text)}
