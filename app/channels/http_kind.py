"""Kinds that tell by one HTTP request to a documented URL: what differs is the request and how its answer is read."""

from collections.abc import Callable, Collection, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import orjson
from pydantic import AfterValidator, Field

from app.channels.gateway import Gateway
from app.channels.kind import (
    ChannelKind,
    ChannelSettings,
    DownAndUpSettings,
    Secret,
    keeps_still,
    without_secrets,
)
from app.channels.message import AlertEvent, AlertMessage, DeliveryError
from app.channels.wording import one_line
from app.outgoing import HttpReply, by_status, deliver
from app.security.hops import HttpRequest, wire_url

TRIES = 3
TEST_TRIES = 1

GONE = frozenset({404, 410})
"""What an incoming webhook's URL answers when there is none behind it."""

Judge = Callable[[HttpReply], None]
"""Raises `DeliveryError` for an answer that is no success."""

_DETAIL_CHARACTERS = 150


def _absolute(url: str) -> str:
    wire_url(url)
    if not url.isprintable():
        raise ValueError("A URL may not hold control characters")
    return url


def _server(url: str) -> str:
    parts = urlsplit(_absolute(url))
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("The server's URL may hold neither credentials nor a query nor a fragment")
    return url.rstrip("/")


Url = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_absolute)]
"""An absolute http or https URL that may be shown, but for its credentials."""

SecretUrl = Annotated[Secret, AfterValidator(_absolute)]
"""An absolute http or https URL that is a secret: whoever knows it may post to it."""

ServerUrl = Annotated[str, Field(max_length=500), AfterValidator(_server)]
"""Where a server's API stands, without a slash at its end: paths are appended."""

Token = Annotated[Secret, Field(pattern=r"^[!-~]+$")]
"""A secret of visible ASCII characters: fit for a header."""


class IncomingWebhookSettings(DownAndUpSettings):
    """The settings of kinds that need nothing but a secret URL."""

    url: SecretUrl = Field(description="The URL of the incoming webhook.")


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
        await deliver_alert(request(settings, message), message, gateway, judge)

    def from_value(given: str, more: dict[str, Any]) -> dict[str, Any]:
        return {value: given, **more}

    return ChannelKind(about, settings, from_value, send, is_noop, without_secrets, receiver)


async def deliver_alert(
    request: HttpRequest, message: AlertMessage, gateway: Gateway, judge: Judge = by_status
) -> None:
    """Send the request that tells of `message`: three times at most, a test once. Raises `DeliveryError`."""
    tries = TEST_TRIES if message.event is AlertEvent.TEST else TRIES
    await deliver(request, allow_private=gateway.allow_private, tries=tries, judge=judge)


def posted_json(url: str, body: Any, headers: dict[str, str] | None = None, *, method: str = "POST") -> HttpRequest:
    """Return a request that carries `body` as JSON; a lone surrogate in it, which JSON cannot carry, is replaced."""
    return HttpRequest(method, url, {"Content-Type": "application/json", **(headers or {})}, _json(body))


def posted_form(url: str, fields: Mapping[str, str], headers: dict[str, str] | None = None) -> HttpRequest:
    """Return a request that carries `fields` as a form; a lone surrogate in it is replaced."""
    body = urlencode(fields, errors="replace").encode()
    return HttpRequest("POST", url, {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}, body)


def gone_at(statuses: Collection[int]) -> Judge:
    """Return a judge for which these statuses mean that the place is gone for good: the channel gets disabled."""

    def judge(reply: HttpReply) -> None:
        if reply.status in statuses:
            raise DeliveryError(f"Received status code {reply.status}", permanent=True)
        by_status(reply)

    return judge


def gone_by(codes: Collection[str], *, code: str, said: str) -> Judge:
    """Return a judge of answers whose JSON names an error in `code` and explains it in `said`: `codes` are for good."""

    def judge(reply: HttpReply) -> None:
        answer = reply_object(reply)
        error = answer.get(code)
        if isinstance(error, str):
            raise refusal(reply, answer.get(said), permanent=error in codes)
        by_status(reply)

    return judge


def reply_object(reply: HttpReply) -> dict[str, Any]:
    """Return the JSON object that an answer carries; an empty one when it carries anything else."""
    try:
        got = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return {}
    return got if isinstance(got, dict) else {}


def refusal(reply: HttpReply, detail: Any, *, permanent: bool = False) -> DeliveryError:
    """Return the error for an answer that is no success, with what its sender says of it, if that is a text."""
    said = one_line(detail, _DETAIL_CHARACTERS) if isinstance(detail, str) else ""
    text = f"Received status code {reply.status}"
    return DeliveryError(f"{text}: {said}" if said else text, permanent=permanent)


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
