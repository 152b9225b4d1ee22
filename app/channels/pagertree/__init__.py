"""PagerTree: its webhook integration creates an alert and resolves it by its id.

https://pagertree.com/docs/integration-guides/webhook has the fields; title and description may not be empty.
"""

from typing import Any

from app.channels.chat_text import chat_text, title
from app.channels.message import AlertMessage
from app.channels.pager import PagerAlert, integration_kind, short_tags

DESCRIPTION_BYTES = 15_000


def _body(message: AlertMessage, alert: PagerAlert) -> dict[str, Any]:
    return {
        "event_type": "resolve" if alert.closing else "create",
        "Id": alert.key,
        "Title": title(message),
        "Description": chat_text(message, DESCRIPTION_BYTES),
        "Tags": short_tags(message),
        "Meta": {"url": message.url},
    }


KIND = integration_kind(
    "An alert of PagerTree, created when something goes down and resolved when it comes up.",
    _body,
)
