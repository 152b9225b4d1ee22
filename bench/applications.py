"""The applications that benchmarks serve, made in the server's process from its environment.

The empty one is Starlette as it comes; Heliograph has the interpreter settings that `heliograph serve` sets.
"""

from contextlib import nullcontext

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from app.clock import system_clock
from app.db.engine import Database
from app.main import make_app, settle_interpreter
from app.security.keys import Vault
from app.settings import Settings
from app.site import Site


def empty() -> ASGIApp:
    """Return Starlette with one route that does nothing."""

    async def nothing(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("OK")

    return Starlette(routes=[Route("/ping/{name}", nothing)])


def heliograph() -> ASGIApp:
    """Return Heliograph over the database that the settings name, with nothing beside it."""
    settings = Settings()
    site = Site(settings, system_clock, Database(settings.resolved_database_url), Vault(settings.site_secret))
    application = make_app(site, nullcontext())
    settle_interpreter()
    return application
