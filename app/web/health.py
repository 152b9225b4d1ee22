"""Health: is the process alive, is it ready to serve."""

import asyncio
import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app.site import Site

_DEADLINE_SECONDS = 5
_log = logging.getLogger(__name__)


def health_routes(site: Site) -> list[Route]:
    """Return `/healthz` (the process answers) and `/readyz` (its database answers too)."""

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("OK")

    async def ready(_request: Request) -> Response:
        try:
            async with asyncio.timeout(_DEADLINE_SECONDS):
                await site.database.row(text("SELECT 1"))
        except (TimeoutError, OSError, SQLAlchemyError) as error:
            _log.warning("The database does not answer: %s", type(error).__name__)
            return PlainTextResponse("The database does not answer.", status_code=503)
        return PlainTextResponse("OK")

    return [Route("/healthz", alive), Route("/readyz", ready)]
