"""Telegram: a message to a chat, by a bot of one's own (core.telegram.org/bots/api, sendMessage)."""

from typing import Annotated, Any

from pydantic import Field

from app.channels.chat_text import chat_text
from app.channels.http_kind import http_kind, posted_json, refusal, reply_object
from app.channels.kind import DownAndUpSettings, Secret
from app.channels.message import AlertMessage, DeliveryError
from app.outgoing import HttpReply, by_status
from app.security.hops import HttpRequest

API = "https://api.telegram.org"
# The limit is 4096 UTF-16 units; a text never has more of these than it has bytes of UTF-8.
TEXT_BYTES = 4096

_BAD_REQUEST = 400
_FORBIDDEN = 403

# It becomes a part of the URL's path.
BotToken = Annotated[Secret, Field(pattern="^[0-9]+:[A-Za-z0-9_-]+$")]


class Settings(DownAndUpSettings):
    """Which bot writes, and into which chat."""

    bot_token: BotToken = Field(description="The bot's token, as @BotFather gives it.")
    chat_id: str = Field(
        pattern=r"^(-?[0-9]{1,20}|@[A-Za-z0-9_]{4,32})$",
        max_length=40,
        description="The chat's number, or @name of a public group or channel.",
    )
    thread_id: int | None = Field(default=None, ge=1, description="The topic's number, in a group that has topics.")


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    body: dict[str, Any] = {
        "chat_id": settings.chat_id,
        "text": chat_text(message, TEXT_BYTES),
        "link_preview_options": {"is_disabled": True},
    }
    if settings.thread_id is not None:
        body["message_thread_id"] = settings.thread_id
    return posted_json(f"{API}/bot{settings.bot_token}/sendMessage", body)


def _judge(reply: HttpReply) -> None:
    said = reply_object(reply)
    parameters = said.get("parameters")
    moved_to = parameters.get("migrate_to_chat_id") if isinstance(parameters, dict) else None
    if isinstance(moved_to, int):
        text = f"The group has become a supergroup: make a channel with its new chat id, {moved_to}"
        raise DeliveryError(text, permanent=True)
    if reply.status in {_BAD_REQUEST, _FORBIDDEN}:
        reason = said.get("description")
        vanished = isinstance(reason, str) and "chat not found" in reason
        raise refusal(reply, reason, permanent=vanished or reply.status == _FORBIDDEN)
    by_status(reply)


def _receiver(settings: Settings) -> str:
    return settings.chat_id


KIND = http_kind(
    "A message in a Telegram chat, by a bot of one's own.",
    Settings,
    _request,
    value="chat_id",
    judge=_judge,
    receiver=_receiver,
)
