"""PagerDuty: an event of the Events API v2 triggers an alert and resolves it.

https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ has the fields and limits. A test triggers with
severity `info` and a key of its own, and resolves at once.
"""

from typing import Any

from pydantic import Field

from app.channels.chat_text import rows_and_body, title
from app.channels.http_kind import Token, posted_json, refusal, reply_object
from app.channels.kind import ChannelSettings
from app.channels.message import AlertEvent, AlertMessage
from app.channels.pager import SOURCE, PagerAlert, pager_kind
from app.outgoing import HttpReply, by_status
from app.security.hops import HttpRequest

API = "https://events.pagerduty.com"

_BAD_REQUEST = 400


class Settings(ChannelSettings):
    """Which service to page."""

    routing_key: Token = Field(description="The integration key of an Events API v2 integration (32 characters).")


def _request(settings: Settings, message: AlertMessage, alert: PagerAlert) -> HttpRequest:
    event: dict[str, Any] = {"routing_key": settings.routing_key, "dedup_key": alert.key, "event_action": "resolve"}
    if not alert.closing:
        event |= {
            "event_action": "trigger",
            "client": SOURCE,
            "client_url": message.url,
            "links": [{"href": message.url, "text": f"The {message.subject.noun}"}],
            "payload": _payload(message),
        }
    return posted_json(f"{API}/v2/enqueue", event)


def _payload(message: AlertMessage) -> dict[str, Any]:
    return {
        "summary": title(message),
        "source": message.title,
        "severity": "info" if message.event is AlertEvent.TEST else "critical",
        "timestamp": message.changed_at.isoformat(),
        "custom_details": dict(rows_and_body(message)),
    }


def _judge(reply: HttpReply) -> None:
    """Accept 202; the service says of a wrong key that it is no valid event, and names the key."""
    if reply.status == _BAD_REQUEST:
        raise refusal(reply, reply_object(reply).get("message"), permanent=b"routing" in reply.body.lower())
    by_status(reply)


KIND = pager_kind(
    "An alert of PagerDuty, triggered when something goes down and resolved when it comes up.",
    Settings,
    _request,
    value="routing_key",
    judge=_judge,
)
