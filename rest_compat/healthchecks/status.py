"""`status/`: whether the server and its database answer (specs/healthchecks.md section 7.6)."""

import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.site import Site
from rest_compat.routing import SlashRedirect

_log = logging.getLogger(__name__)


def status_routes(site: Site, path: str) -> list[BaseRoute]:
    """Return the route at this path, and the redirect to it; no key is needed."""

    async def status(_request: Request) -> Response:
        try:
            await site.database.row(text("SELECT 1"))
        except (OSError, SQLAlchemyError):
            _log.exception("The database does not answer")
            return PlainTextResponse("The database does not answer.", 503)
        return PlainTextResponse("OK")

    return [Route(path, status, methods=["GET", "HEAD", "OPTIONS"]), SlashRedirect(path, {})]
