"""The page behind the link that stops mails: asks a person, obeys a mail program at once (RFC 8058)."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.pipeline.unsubscribing import ALERTS, NAGS, REPORTS, Mailing, may_unsubscribe, unsubscribe
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
_QUESTION = """<h1>No more {mails} by mail?</h1>
<p>The address that this link was sent to will get no more {mails} from Heliograph.</p>
<form method="post"><button style="padding: .5em 1.2em; font: inherit">Unsubscribe</button></form>"""
_DONE = """<h1>Unsubscribed</h1>
<p>The address that this link was sent to gets no more {mails} from Heliograph.</p>"""
_MAILS = {ALERTS: "alerts", REPORTS: "reports", NAGS: "reminders of what is down"}

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
}

Answer = Callable[[str], Awaitable[Response]]


def unsubscribe_routes(site: Site) -> list[Route]:
    """Return the routes of `/unsubscribe/[<mailing>/]<receiver>/<signature>`; any other signature finds nothing."""
    return [route for mailing in _MAILS for route in _routes(site, mailing)]


def _routes(site: Site, mailing: Mailing) -> list[Route]:
    async def ask(_uuid: str) -> Response:
        return _page(_QUESTION, mailing)

    async def obey(uuid: str) -> Response:
        await unsubscribe(site, uuid, mailing)
        return _page(_DONE, mailing)

    path = f"/{mailing.path}/{{uuid}}/{{signature}}"
    return [
        Route(path, _signed(site, mailing, ask), methods=["GET"]),
        Route(path, _signed(site, mailing, obey), methods=["POST"]),
    ]


def _signed(site: Site, mailing: Mailing, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        uuid = request.path_params["uuid"]
        if not may_unsubscribe(site, uuid, request.path_params["signature"], mailing):
            return PlainTextResponse("not found", status_code=404)
        return await answer(uuid)

    return endpoint


def _page(content: str, mailing: Mailing) -> Response:
    return HTMLResponse(_PAGE.format(content=content.format(mails=_MAILS[mailing])), headers=_HEADERS)
