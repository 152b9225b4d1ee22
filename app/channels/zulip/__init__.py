"""Zulip: a message to a channel's topic or to one person, by a bot (zulip.com/api/send-message)."""

from base64 import b64encode
from typing import Literal

import orjson
from pydantic import Field

from app.channels.chat_text import details, open_text, title
from app.channels.http_kind import ServerUrl, Token, gone_by, http_kind, posted_form
from app.channels.kind import DownAndUpSettings
from app.channels.markup import fenced
from app.channels.message import AlertMessage
from app.channels.wording import one_line
from app.security.hops import HttpRequest

CONTENT_CHARACTERS = 10_000
TOPIC_CHARACTERS = 60

_GONE = frozenset({"STREAM_DOES_NOT_EXIST", "USER_DEACTIVATED", "REALM_DEACTIVATED"})


class Settings(DownAndUpSettings):
    """Which bot writes, and to whom."""

    site: ServerUrl = Field(description="Where the organization is: https://example.zulipchat.com.")
    bot_email: str = Field(
        min_length=3, max_length=254, pattern=r"^[!-9;-~]+$", description="The bot's e-mail address."
    )
    bot_key: Token = Field(description="The bot's API key.")
    type: Literal["stream", "private"] = Field(default="stream", description="To a channel or to one person.")
    to: str = Field(min_length=1, max_length=254, description="The channel's name, or the person's e-mail address.")
    topic: str = Field(
        default="",
        max_length=TOPIC_CHARACTERS,
        description="The topic in the channel; empty is the name of the check or monitor.",
    )


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    pair = f"{settings.bot_email}:{settings.bot_key}"
    fields = {"type": settings.type, "content": _content(message)}
    if settings.type == "stream":
        fields |= {"to": settings.to, "topic": settings.topic or one_line(message.title, TOPIC_CHARACTERS)}
    else:
        fields |= {"to": orjson.dumps([settings.to]).decode()}
    headers = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    return posted_form(f"{settings.site}/api/v1/messages", fields, headers)


def _content(message: AlertMessage) -> str:
    """Write all that comes from outside into a code block: Zulip's Markdown knows no escape."""
    block = fenced(f"{title(message)}\n{details(message, CONTENT_CHARACTERS // 2)}")
    return f"{block}\n[{open_text(message)}]({message.url})"


KIND = http_kind(
    "A message in Zulip, by a bot.", Settings, _request, value="to", judge=gone_by(_GONE, code="code", said="msg")
)
