"""Kinds that tell by one HTTP request to a documented URL: what differs is the request and how its answer is read."""

from collections.abc import Callable, Collection
from typing import Any

import orjson

from app.channels.gateway import Gateway
from app.channels.kind import ChannelKind, ChannelSettings, keeps_still, without_secrets
from app.channels.message import AlertEvent, AlertMessage, DeliveryError
from app.outgoing import HttpReply, by_status, deliver
from app.security.hops import HttpRequest

TRIES = 3
TEST_TRIES = 1

Judge = Callable[[HttpReply], None]
"""Raises `DeliveryError` for an answer that is no success."""


def http_kind(
    about: str,
    settings: type[ChannelSettings],
    request: Callable[[Any, AlertMessage], HttpRequest],
    *,
    value: str,
    judge: Judge = by_status,
    is_noop: Callable[[Any, AlertEvent], bool] = keeps_still,
    receiver: Callable[[Any], str] | None = None,
) -> ChannelKind:
    """Return a kind that sends what `request` makes of settings and message, three times at most; a test once.

    `value` names the setting that says most: the one that the command's `--value` gives.
    """

    async def send(settings: Any, message: AlertMessage, gateway: Gateway) -> None:
        tries = TEST_TRIES if message.event is AlertEvent.TEST else TRIES
        await deliver(request(settings, message), allow_private=gateway.allow_private, tries=tries, judge=judge)

    def from_value(given: str, more: dict[str, Any]) -> dict[str, Any]:
        return {value: given, **more}

    return ChannelKind(about, settings, from_value, send, is_noop, without_secrets, receiver)


def posted_json(url: str, body: Any, headers: dict[str, str] | None = None, *, method: str = "POST") -> HttpRequest:
    """Return a request that carries `body` as JSON; a lone surrogate in it, which JSON cannot carry, is replaced."""
    return HttpRequest(method, url, {"Content-Type": "application/json", **(headers or {})}, _json(body))


def gone_at(statuses: Collection[int]) -> Judge:
    """Return a judge for which these statuses mean that the place is gone for good: the channel gets disabled."""

    def judge(reply: HttpReply) -> None:
        if reply.status in statuses:
            raise DeliveryError(f"Received status code {reply.status}", permanent=True)
        by_status(reply)

    return judge


def _json(body: Any) -> bytes:
    return orjson.dumps(_sendable(body))


def _sendable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {name: _sendable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_sendable(each) for each in value]
    return value
