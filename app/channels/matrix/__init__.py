"""Matrix: a message to a room, by an account that has joined it (spec.matrix.org, client-server API)."""

from hashlib import sha256
from html import escape
from urllib.parse import quote

from pydantic import Field

from app.channels.chat_text import chat_text, rows_and_body, title
from app.channels.http_kind import ServerUrl, Token, gone_by, http_kind, posted_json
from app.channels.kind import DownAndUpSettings
from app.channels.message import AlertMessage
from app.security.hops import HttpRequest

TEXT_BYTES = 8000

_GONE = frozenset({"M_FORBIDDEN", "M_UNKNOWN_TOKEN", "M_USER_DEACTIVATED"})


class Settings(DownAndUpSettings):
    """Which account writes, and into which room."""

    homeserver: ServerUrl = Field(description="Where the account's homeserver is: https://matrix.example.org.")
    access_token: Token = Field(description="The access token of the account that writes.")
    room_id: str = Field(
        pattern=r"^![!-~]{1,254}$", max_length=255, description="The id of the room: !abc:example.org."
    )


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    room = quote(settings.room_id, safe="")
    url = f"{settings.homeserver}/_matrix/client/v3/rooms/{room}/send/m.room.message/{_transaction(message)}"
    content = {
        "msgtype": "m.text",
        "body": chat_text(message, TEXT_BYTES),
        "format": "org.matrix.custom.html",
        "formatted_body": _html(message),
        "m.mentions": {},
    }
    return posted_json(url, content, {"Authorization": f"Bearer {settings.access_token}"}, method="PUT")


def _transaction(message: AlertMessage) -> str:
    """Name the message by what it tells, so that a homeserver takes it once however often it is sent.

    Reminders of one outage differ in how long it has lasted.
    """
    told = (message.uuid, message.event, message.changed_at.isoformat(), str(message.downtime))
    return sha256("|".join(told).encode()).hexdigest()[:40]


def _html(message: AlertMessage) -> str:
    items = "".join(f"<li><b>{label}:</b> {_lines(value)}</li>" for label, value in rows_and_body(message))
    return f'<a href="{escape(message.url)}"><b>{escape(title(message))}</b></a><ul>{items}</ul>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


KIND = http_kind(
    "A message in a Matrix room.",
    Settings,
    _request,
    value="room_id",
    judge=gone_by(_GONE, code="errcode", said="error"),
)
