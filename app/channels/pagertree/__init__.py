"""PagerTree: its webhook integration creates an alert and resolves it by its id.

https://pagertree.com/docs/integration-guides/webhook has the fields; title and description may not be empty.
"""

from pydantic import Field

from app.channels.chat_text import chat_text, title
from app.channels.http_kind import GONE, SecretUrl, gone_at, posted_json
from app.channels.kind import ChannelSettings
from app.channels.message import AlertMessage
from app.channels.pager import PagerAlert, pager_kind, short_tags
from app.security.hops import HttpRequest

DESCRIPTION_BYTES = 15_000


class Settings(ChannelSettings):
    """Which integration to alert."""

    url: SecretUrl = Field(description="The endpoint URL of a webhook integration.")


def _request(settings: Settings, message: AlertMessage, alert: PagerAlert) -> HttpRequest:
    body = {
        "event_type": "resolve" if alert.closing else "create",
        "Id": alert.key,
        "Title": title(message),
        "Description": chat_text(message, DESCRIPTION_BYTES),
        "Tags": short_tags(message),
        "Meta": {"url": message.url},
    }
    return posted_json(settings.url, body)


KIND = pager_kind(
    "An alert of PagerTree, created when a check goes down and resolved when it comes up.",
    Settings,
    _request,
    value="url",
    judge=gone_at(GONE),
)
