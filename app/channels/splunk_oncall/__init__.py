"""Splunk On-Call, once VictorOps: CRITICAL opens an incident of its REST integration, RECOVERY closes it.

Its guide "REST Endpoint integration for Splunk On-Call" has the fields.
"""

from typing import Any

from app.channels.chat_text import chat_text, title
from app.channels.message import AlertMessage
from app.channels.pager import SOURCE, PagerAlert, integration_kind

MESSAGE_BYTES = 20_000


def _body(message: AlertMessage, alert: PagerAlert) -> dict[str, Any]:
    return {
        "message_type": "RECOVERY" if alert.closing else "CRITICAL",
        "entity_id": alert.key,
        "entity_display_name": title(message),
        "state_message": chat_text(message, MESSAGE_BYTES),
        "state_start_time": int(message.changed_at.timestamp()),
        "monitoring_tool": SOURCE,
    }


KIND = integration_kind(
    "An incident of Splunk On-Call, opened when something goes down and closed when it comes up.",
    _body,
)
