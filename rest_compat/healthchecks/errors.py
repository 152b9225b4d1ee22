"""What is answered to a request that is refused (specs/healthchecks.md sections 2 and 3)."""

from collections.abc import Callable

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from app.errors import (
    Conflict,
    Forbidden,
    Foreign,
    HeliographError,
    InvalidInput,
    LimitReached,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from rest_compat.escaped_json import ascii_json

NOT_FOUND_PAGE = "<!doctype html>\n<title>Not Found</title>\n<h1>Not Found</h1>\n"


def _said(status: int) -> Callable[[HeliographError], Response]:
    """Answer with the error's own text; an error without a text has no body."""
    return lambda error: _enveloped(status, error.message) if error.message else Response(status_code=status)


def _enveloped(status: int, text: str) -> Response:
    return Response(ascii_json({"error": text}), status, media_type="application/json")


def _nothing(status: int) -> Callable[[HeliographError], Response]:
    return lambda _error: Response(status_code=status)


_REFUSALS: dict[type[HeliographError], Callable[[HeliographError], Response]] = {
    Unauthenticated: _said(401),
    Forbidden: lambda _error: _enveloped(401, "wrong api key"),
    Foreign: _nothing(403),
    NotFound: lambda _error: HTMLResponse(NOT_FOUND_PAGE, 404),
    InvalidInput: _said(400),
    LimitReached: _nothing(403),
    Conflict: lambda error: PlainTextResponse(error.message, 409),
    Unavailable: _said(503),
}


def refusal(error: HeliographError) -> Response:
    """Return the answer to this error, by the nearest of its classes that the table names."""
    return next(_REFUSALS[kind] for kind in type(error).__mro__ if kind in _REFUSALS)(error)
