"""Gotify: a push by a server of one's own (gotify.net/docs, push messages and message extras)."""

from pydantic import Field

from app.channels.chat_text import details, title
from app.channels.http_kind import ServerUrl, Token, http_kind, posted_json
from app.channels.kind import DownAndUpSettings
from app.channels.message import AlertEvent, AlertMessage
from app.security.hops import HttpRequest

TEXT_BYTES = 4000


class Settings(DownAndUpSettings):
    """Which application on which server, and how urgent."""

    server: ServerUrl = Field(description="Where the server is: https://gotify.example.org.")
    token: Token = Field(description="The token of the application that the messages are to come from.")
    priority_down: int = Field(
        default=8, ge=0, le=10, description="How urgent it is when something goes down: 0 to 10."
    )
    priority_up: int = Field(default=5, ge=0, le=10, description="How urgent it is when something comes up: 0 to 10.")


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    push = {
        "title": title(message),
        "message": details(message, TEXT_BYTES),
        "priority": settings.priority_up if message.event is AlertEvent.UP else settings.priority_down,
        "extras": {"client::notification": {"click": {"url": message.url}}},
    }
    return posted_json(f"{settings.server}/message", push, {"X-Gotify-Key": settings.token})


KIND = http_kind("A push by a Gotify server.", Settings, _request, value="server")
