"""What a request to `/graphql` asks for, and in which form it wants the answer (GraphQL over HTTP)."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request

from app.web.reached import raw_headers
from app.web.request_body import BodyTooLarge, ClientGone, read_start
from graphql_api.execution import Operation

MOST_BODY_BYTES = 1_000_000
MOST_OPERATIONS = 10
RESPONSE_JSON = "application/graphql-response+json"
PLAIN_JSON = "application/json"
_WILDCARDS = ("application/*", "*/*")
_SCHEMES = ("bearer ", "token ")


class BadRequest(Exception):
    """A request that holds no operation; `status` says in which way."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def given_key(request: Request) -> str:
    """Return the key that came with the request, by `X-Api-Key` or `Authorization`; empty when none did."""
    header = request.headers.get("x-api-key")
    if header is not None:
        return header.strip()
    authorization = request.headers.get("authorization", "")
    scheme = next((one for one in _SCHEMES if authorization.lower().startswith(one)), "")
    return authorization[len(scheme) :].strip() if scheme else ""


def media_type(accept: str | None) -> str:
    """Return the form of the answer that fits an `Accept` header best; BadRequest when none does.

    Who says nothing, or takes anything, is given `application/json`, which old clients expect.
    """
    if accept is None or not accept.strip():
        return PLAIN_JSON
    wanted = _qualities(accept)
    offers = {RESPONSE_JSON: wanted.get(RESPONSE_JSON, 0.0), PLAIN_JSON: wanted.get(PLAIN_JSON, 0.0)}
    if not any(offers.values()):
        offers[PLAIN_JSON] = max(wanted.get(name, 0.0) for name in _WILDCARDS)
    best = max(offers, key=lambda name: offers[name])
    if not offers[best]:
        raise BadRequest(f"The answer is of type {RESPONSE_JSON} or {PLAIN_JSON}.", 406)
    return best


def wants_page(request: Request) -> bool:
    """Tell whether a browser asks, for a page."""
    return request.method == "GET" and "text/html" in _qualities(request.headers.get("accept", ""))


def _qualities(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (text.strip() for text in part.lower().split(";"))
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        try:
            found[name] = max(found.get(name, 0.0), float(quality))
        except ValueError:
            found.setdefault(name, 0.0)
    return found


async def asked_operations(request: Request) -> Operation | list[Operation]:
    """Return the operation that the request asks for, or those of a batch; BadRequest when it holds none."""
    if request.method == "GET":
        return _by_query(request.query_params)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != PLAIN_JSON:
        raise BadRequest("The body must be of type application/json.", 415)
    value = _json(await _body(request), "The body")
    if not isinstance(value, list):
        return _operation(value)
    if not 1 <= len(value) <= MOST_OPERATIONS:
        raise BadRequest(f"A batch holds from 1 to {MOST_OPERATIONS} operations.")
    return [_operation(one) for one in value]


def _by_query(parameters: Mapping[str, str]) -> Operation:
    value: dict[str, Any] = {name: parameters.get(name) for name in ("query", "operationName")}
    if parameters.get("variables"):
        value["variables"] = _json(parameters["variables"].encode(), "`variables`")
    return _operation(value, reads_only=True)


async def _body(request: Request) -> bytes:
    headers = raw_headers(request.scope)
    try:
        return await read_start(request.receive, headers, keep=MOST_BODY_BYTES, allow=MOST_BODY_BYTES)
    except BodyTooLarge as error:
        raise BadRequest(f"The body may have {MOST_BODY_BYTES} bytes.", 413) from error
    except ClientGone as error:
        raise BadRequest("The body did not arrive.", 408) from error


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"{what} is not JSON.") from error


def _operation(value: Any, *, reads_only: bool = False) -> Operation:
    if not isinstance(value, dict) or not isinstance(value.get("query"), str) or not value["query"].strip():
        raise BadRequest("`query` must hold a GraphQL document.")
    variables, name = value.get("variables"), value.get("operationName")
    if not isinstance(variables, dict | None):
        raise BadRequest("`variables` must be an object.")
    if not isinstance(name, str | None):
        raise BadRequest("`operationName` must be a text.")
    return Operation(value["query"], variables, name or None, reads_only)
