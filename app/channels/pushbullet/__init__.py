"""Pushbullet: a push to all devices of an account (docs.pushbullet.com, create push)."""

from pydantic import Field

from app.channels.chat_text import details, title
from app.channels.http_kind import Token, http_kind, posted_json
from app.channels.kind import DownAndUpSettings
from app.channels.message import AlertMessage
from app.security.hops import HttpRequest

API = "https://api.pushbullet.com"
TEXT_BYTES = 4000


class Settings(DownAndUpSettings):
    """Whose devices."""

    token: Token = Field(description="An access token of the account.")


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    push = {"type": "link", "title": title(message), "body": details(message, TEXT_BYTES), "url": message.url}
    return posted_json(f"{API}/v2/pushes", push, {"Access-Token": settings.token})


KIND = http_kind("A push to one's devices, by Pushbullet.", Settings, _request, value="token")
