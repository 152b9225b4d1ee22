"""ntfy: a push to a topic (docs.ntfy.sh/publish, publish as JSON)."""

from pydantic import Field

from app.channels.chat_text import details, title
from app.channels.http_kind import GONE, ServerUrl, gone_at, http_kind, posted_json
from app.channels.kind import DownAndUpSettings, OptionalSecret
from app.channels.message import AlertEvent, AlertMessage
from app.security.hops import HttpRequest

# Beyond 4096 bytes the message would become an attachment.
TEXT_BYTES = 4000


class Settings(DownAndUpSettings):
    """Which topic, on which server, and how urgent."""

    topic: str = Field(pattern=r"^[-_A-Za-z0-9]{1,64}$", max_length=64, description="The topic to publish to.")
    server: ServerUrl = Field(default="https://ntfy.sh", description="Where the server is.")
    token: OptionalSecret = Field(
        default=None, pattern=r"^[!-~]+$", description="An access token, for a topic that is protected."
    )
    priority_down: int = Field(default=5, ge=1, le=5, description="How urgent it is when something goes down: 1 to 5.")
    priority_up: int = Field(default=3, ge=1, le=5, description="How urgent it is when something comes up: 1 to 5.")


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    up = message.event is AlertEvent.UP
    push = {
        "topic": settings.topic,
        "title": title(message),
        "message": details(message, TEXT_BYTES),
        "priority": settings.priority_up if up else settings.priority_down,
        "tags": ["white_check_mark" if up else "rotating_light"],
        "click": message.url,
    }
    headers = {} if settings.token is None else {"Authorization": f"Bearer {settings.token}"}
    return posted_json(settings.server, push, headers)


def _receiver(settings: Settings) -> str:
    return f"{settings.server}/{settings.topic}"


KIND = http_kind("A push to an ntfy topic.", Settings, _request, value="topic", judge=gone_at(GONE), receiver=_receiver)
