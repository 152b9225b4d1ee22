"""The HTTP rules that all management endpoints share (specs/healthchecks.md section 3)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from app.errors import Foreign, HeliographError, NotFound
from app.site import Site
from app.web.cors import allow, cors_headers
from rest_compat.escaped_json import ascii_json
from rest_compat.healthchecks.auth import Gate, json_object
from rest_compat.healthchecks.errors import refusal
from rest_compat.routing import Call, Route

_SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class HealthchecksDialect:
    """Authenticates, refuses and answers as Healthchecks does."""

    forms: ClassVar[Mapping[str, str]] = {
        "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "unique_key": r"[A-Za-z0-9]{40}",
        "n": r"[0-9]{1,30}",
    }

    def __init__(self, site: Site) -> None:
        self._gate = Gate(site)

    async def call(self, request: Request, row: Route, prefix: str) -> Call:
        """Read the body of a POST, then look at the key: broken JSON is told before a missing key."""
        body = await json_object(request) if row.method == "POST" else {}
        ctx = await self._gate.context(request, body, prefix)
        return Call(ctx=ctx, path=request.path_params, query=request.query_params, body=body)

    def answered(self, allowed: Sequence[str], status: int, value: Any) -> Response:
        """Answer bytes as plain text to the byte, and all else as JSON."""
        if isinstance(value, bytes):
            return _open(allowed, Response(value, status, headers={"content-type": "text/plain"}))
        return _open(allowed, Response(ascii_json(value), status, media_type="application/json"))

    def refused(self, allowed: Sequence[str], request: Request, error: HeliographError) -> Response:
        """Answer by the table of errors; what is looked for by its unique key is not found without a page."""
        if "unique_key" in request.path_params and isinstance(error, NotFound) and not isinstance(error, Foreign):
            return _open(allowed, Response(status_code=404))
        response = refusal(error)
        return safe(response) if isinstance(response, HTMLResponse) else _open(allowed, response)

    def failed(self, request: Request, status: int, message: str) -> Response:  # noqa: ARG002 - asked of every dialect
        """Answer in plain text."""
        return safe(PlainTextResponse(f"{message}\n", status))

    def wrong_method(self, allowed: Sequence[str], request: Request) -> Response:  # noqa: ARG002 - asked of every dialect
        """Answer 405 without a body."""
        return _open(allowed, Response(status_code=405, headers={"allow": allow(tuple(allowed))}))

    def options(self, allowed: Sequence[str]) -> Response:
        """Answer 204 without looking at the key."""
        return _open(allowed, Response(status_code=204))


def _open(allowed: Sequence[str], response: Response) -> Response:
    """Let scripts of other sites read the answer."""
    response.raw_headers.extend(cors_headers(tuple(allowed)))
    return safe(response)


def safe(response: Response) -> Response:
    """Tell browsers to guess nothing of the answer and to frame it nowhere."""
    response.raw_headers.extend(_SAFE)
    return response
