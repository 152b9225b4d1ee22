"""Pushover: a push to a user or group (pushover.net/api)."""

from typing import Annotated

from pydantic import Field

from app.channels.chat_text import details, open_text, title
from app.channels.http_kind import http_kind, posted_form, refusal, reply_object
from app.channels.kind import DownAndUpSettings, Secret
from app.channels.message import AlertEvent, AlertMessage
from app.outgoing import HttpReply, by_status
from app.security.hops import HttpRequest

API = "https://api.pushover.net"
TEXT_CHARACTERS = 1024
URL_CHARACTERS = 512
EMERGENCY = 2
# An emergency is told again at this interval (seconds) until somebody acknowledges it, at most three hours.
RETRY_SECONDS = 60
EXPIRE_SECONDS = 10_800

Key = Annotated[Secret, Field(pattern=r"^[A-Za-z0-9]{30}$")]


class Settings(DownAndUpSettings):
    """Whom to reach, for which application, and how urgent."""

    user_key: Key = Field(description="The key of the user or group.")
    token: Key = Field(description="The API token of an application of one's own.")
    priority_down: int = Field(
        default=1, ge=-2, le=EMERGENCY, description="How urgent it is when something goes down: -2 to 2."
    )
    priority_up: int = Field(
        default=0, ge=-2, le=EMERGENCY, description="How urgent it is when something comes up: -2 to 2."
    )


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    priority = settings.priority_up if message.event is AlertEvent.UP else settings.priority_down
    fields = {
        "token": settings.token,
        "user": settings.user_key,
        "title": title(message),
        "message": details(message, TEXT_CHARACTERS),
        "priority": str(priority),
        "timestamp": str(int(message.changed_at.timestamp())),
    }
    if len(message.url) <= URL_CHARACTERS:
        fields |= {"url": message.url, "url_title": open_text(message)}
    if priority == EMERGENCY:
        fields |= {"retry": str(RETRY_SECONDS), "expire": str(EXPIRE_SECONDS)}
    return posted_form(f"{API}/1/messages.json", fields)


def _judge(reply: HttpReply) -> None:
    said = reply_object(reply)
    errors = said.get("errors")
    if isinstance(errors, list):
        reasons = "; ".join(each for each in errors if isinstance(each, str))
        raise refusal(reply, reasons, permanent=said.get("user") == "invalid")
    by_status(reply)


def _receiver(settings: Settings) -> str:
    return settings.user_key


KIND = http_kind("A push by Pushover.", Settings, _request, value="user_key", judge=_judge, receiver=_receiver)
