"""Splunk On-Call, once VictorOps: CRITICAL opens an incident of its REST integration, RECOVERY closes it.

Its guide "REST Endpoint integration for Splunk On-Call" has the fields.
"""

from pydantic import Field

from app.channels.chat_text import chat_text, title
from app.channels.http_kind import GONE, SecretUrl, gone_at, posted_json
from app.channels.kind import ChannelSettings
from app.channels.message import AlertMessage
from app.channels.pager import SOURCE, PagerAlert, pager_kind
from app.security.hops import HttpRequest

MESSAGE_BYTES = 20_000


class Settings(ChannelSettings):
    """Which integration to alert."""

    url: SecretUrl = Field(description="The URL of a REST integration, the routing key as its last part.")


def _request(settings: Settings, message: AlertMessage, alert: PagerAlert) -> HttpRequest:
    body = {
        "message_type": "RECOVERY" if alert.closing else "CRITICAL",
        "entity_id": alert.key,
        "entity_display_name": title(message),
        "state_message": chat_text(message, MESSAGE_BYTES),
        "state_start_time": int(message.changed_at.timestamp()),
        "monitoring_tool": SOURCE,
    }
    return posted_json(settings.url, body)


KIND = pager_kind(
    "An incident of Splunk On-Call, opened when a check goes down and closed when it comes up.",
    Settings,
    _request,
    value="url",
    judge=gone_at(GONE),
)
