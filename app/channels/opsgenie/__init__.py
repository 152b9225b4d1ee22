"""Opsgenie: an alert is created under an alias and closed by it.

https://docs.opsgenie.com/docs/alert-api has the fields and limits.
"""

from typing import Literal

from pydantic import Field

from app.channels.chat_text import chat_text, title
from app.channels.http_kind import Token, gone_at, posted_json
from app.channels.kind import ChannelSettings
from app.channels.message import AlertMessage
from app.channels.pager import SOURCE, PagerAlert, pager_kind, short_tags
from app.channels.wording import one_line
from app.security.hops import HttpRequest

REGIONS = {"us": "https://api.opsgenie.com", "eu": "https://api.eu.opsgenie.com"}
MESSAGE_CHARACTERS = 130
TEXT_BYTES = 15_000

_UNKNOWN_KEY = 401


class Settings(ChannelSettings):
    """Which integration to alert."""

    api_key: Token = Field(description="The key of an API integration.")
    region: Literal["us", "eu"] = Field(default="us", description="Where the account is kept.")


def _request(settings: Settings, message: AlertMessage, alert: PagerAlert) -> HttpRequest:
    alerts = f"{REGIONS[settings.region]}/v2/alerts"
    headers = {"Authorization": f"GenieKey {settings.api_key}"}
    if alert.closing:
        note = {"source": SOURCE, "note": chat_text(message, TEXT_BYTES)}
        return posted_json(f"{alerts}/{alert.key}/close?identifierType=alias", note, headers)
    body = {
        "alias": alert.key,
        "message": one_line(title(message), MESSAGE_CHARACTERS),
        "description": chat_text(message, TEXT_BYTES),
        "tags": short_tags(message),
        "source": SOURCE,
    }
    return posted_json(alerts, body, headers)


KIND = pager_kind(
    "An alert of Opsgenie, created when something goes down and closed when it comes up.",
    Settings,
    _request,
    value="api_key",
    judge=gone_at((_UNKNOWN_KEY,)),
)
