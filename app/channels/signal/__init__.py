"""Signal: a message by a signal-cli daemon's JSON-RPC over HTTP (signal-cli-jsonrpc(5))."""

from typing import Any

from pydantic import Field

from app.channels.chat_text import chat_text
from app.channels.http_kind import ServerUrl, http_kind, posted_json, refusal, reply_object
from app.channels.kind import DownAndUpSettings
from app.channels.message import AlertMessage, DeliveryError
from app.outgoing import HttpReply, by_status
from app.security.hops import HttpRequest

# What is longer travels as an attachment.
TEXT_BYTES = 2000

_NUMBER = r"\+[1-9][0-9]{6,14}"
_USERNAME = r"[A-Za-z_][A-Za-z0-9_]{2,31}\.[0-9]{2,10}"
_GROUP = r"[A-Za-z0-9+/]{43}="
_RATE_LIMITED = -5


class Settings(DownAndUpSettings):
    """Which daemon sends, from which account, and to whom."""

    server: ServerUrl = Field(description="Where signal-cli's HTTP daemon is: http://localhost:8080.")
    account: str | None = Field(
        default=None,
        pattern=f"^{_NUMBER}$",
        max_length=16,
        description="The number that sends; only for a daemon of several accounts.",
    )
    recipient: str = Field(
        pattern=f"^({_NUMBER}|{_USERNAME}|{_GROUP})$",
        max_length=44,
        description="A number with its country code, a username (name.42), or the id of a group.",
    )


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    params: dict[str, Any] = {**_addressed(settings.recipient), "message": chat_text(message, TEXT_BYTES)}
    if settings.account is not None:
        params["account"] = settings.account
    call = {"jsonrpc": "2.0", "method": "send", "params": params, "id": 1}
    return posted_json(f"{settings.server}/api/v1/rpc", call)


def _addressed(recipient: str) -> dict[str, Any]:
    if recipient.endswith("="):
        return {"groupId": recipient}
    return {"username" if "." in recipient else "recipient": [recipient]}


def _judge(reply: HttpReply) -> None:
    error = reply_object(reply).get("error")
    if not isinstance(error, dict):
        by_status(reply)
    elif "UNREGISTERED_FAILURE" in _failures(error):
        raise DeliveryError("The recipient is not on Signal", permanent=True)
    elif error.get("code") == _RATE_LIMITED:
        raise DeliveryError("Signal limits the sending account: solve the challenge with signal-cli")
    else:
        raise refusal(reply, error.get("message"))


def _failures(error: dict[str, Any]) -> list[Any]:
    """Return what signal-cli says became of each recipient: `error.data.response.results[].type`."""
    results: Any = error
    for name in ("data", "response", "results"):
        results = results.get(name) if isinstance(results, dict) else None
    return [each.get("type") for each in results if isinstance(each, dict)] if isinstance(results, list) else []


def _receiver(settings: Settings) -> str:
    return settings.recipient


KIND = http_kind(
    "A Signal message, by a signal-cli daemon of one's own.",
    Settings,
    _request,
    value="recipient",
    judge=_judge,
    receiver=_receiver,
)
