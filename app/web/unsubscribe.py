"""The page behind the link that stops mails: asks a person, obeys a mail program at once (RFC 8058)."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.pipeline.unsubscribing import may_unsubscribe, unsubscribe
from app.site import Site

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Unsubscribe</title>
<main style="max-width: 32rem; margin: 15vh auto; padding: 0 1rem; font: 1.1rem/1.5 system-ui, sans-serif">
{content}
</main>
</html>
"""
_QUESTION = """<h1>No more alerts by mail?</h1>
<p>The address that this link was sent to will get no more alerts from Heliograph.</p>
<form method="post"><button style="padding: .5em 1.2em; font: inherit">Unsubscribe</button></form>"""
_DONE = """<h1>Unsubscribed</h1>
<p>The address that this link was sent to gets no more alerts from Heliograph.</p>"""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
}

Answer = Callable[[str], Awaitable[Response]]


def unsubscribe_routes(site: Site) -> list[Route]:
    """Return the routes of `/unsubscribe/<channel>/<signature>`; any other signature finds nothing."""

    async def ask(_channel_uuid: str) -> Response:
        return _page(_QUESTION)

    async def obey(channel_uuid: str) -> Response:
        await unsubscribe(site, channel_uuid)
        return _page(_DONE)

    path = "/unsubscribe/{channel_uuid}/{signature}"
    return [
        Route(path, _signed(site, ask), methods=["GET"]),
        Route(path, _signed(site, obey), methods=["POST"]),
    ]


def _signed(site: Site, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        channel_uuid = request.path_params["channel_uuid"]
        if not may_unsubscribe(site, channel_uuid, request.path_params["signature"]):
            return PlainTextResponse("not found", status_code=404)
        return await answer(channel_uuid)

    return endpoint


def _page(content: str) -> Response:
    return HTMLResponse(_PAGE.format(content=content), headers=_HEADERS)
