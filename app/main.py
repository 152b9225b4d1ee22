"""The composition root: settings, database, broker, and the processes that people start (DESIGN sections 2 and 6)."""

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from app.db.away import DATABASE_ERRORS, is_away
from app.db.one_writer import one_writer
from app.errors import InvalidInput
from app.ids import new_uuid
from app.logs import set_up_logs
from app.mail_in.listener import mail_listener
from app.opening import make_site, opened
from app.pipeline.delivery import NOTIFICATIONS
from app.pipeline.due import release_leases
from app.pipeline.ingest import Ingest
from app.pipeline.letters import LETTERS
from app.pipeline.owed import release_claims
from app.pipeline.renderers import Renderers
from app.provisioning.demo import first_start
from app.settings import Settings
from app.site import Site
from app.web.badges.routes import badge_routes
from app.web.cloaked import cloaked_route
from app.web.error_pages import error_page_routes
from app.web.first_words import first_words
from app.web.front import Front
from app.web.health import health_routes
from app.web.https_only import HttpsOnly
from app.web.landing import landing_route
from app.web.pings import PingEndpoint
from app.web.project_metrics.routes import project_metrics_routes
from app.web.unsubscribe import unsubscribe_routes
from graphql_api.view import graphql_routes
from rest_compat.apiscience.alerts import monitor_objects
from rest_compat.apiscience.routes import apiscience_routes
from rest_compat.healthchecks.routes import PREFIXES, healthchecks_routes
from rest_compat.healthchecks.wire import check_json
from rest_compat.routing import failure
from workers.aside import RunsAside
from workers.broker import close_broker, make_broker
from workers.outlet import Outlet
from workers.running import Workers, run_worker
from workers.scheduler import run_scheduler
from workers.separate import separate_process_refusal

_BACKLOG = 2048
_GC_THRESHOLDS = (20_000, 20, 20)
_SWITCH_SECONDS = 0.0002
_SHUTDOWN_SECONDS = 10
_log = logging.getLogger(__name__)

Beside = Callable[[Site, Outlet], AbstractAsyncContextManager[None]]
"""Opens and closes what runs beside the web server in its process."""


def serve(settings: Settings, host: str, port: int) -> None:
    """Run everything in one process."""
    _run_server(settings, host, port, _everything)


def web(settings: Settings, host: str, port: int) -> None:
    """Run the web server alone."""
    _refuse_unshared(settings)
    _run_server(settings, host, port, _nothing)


def worker(settings: Settings, queues: Sequence[str]) -> None:
    """Run a worker alone, on these queues or on all."""
    _refuse_unshared(settings)
    _run_until_stopped(
        settings,
        lambda site, outlet, stop: run_worker(site, outlet.broker, renderers(site), stop, queues=queues),
    )


def scheduler(settings: Settings) -> None:
    """Run the scheduler alone."""
    _refuse_unshared(settings)
    _run_until_stopped(settings, lambda site, outlet, stop: run_scheduler(site, stop, outlet.has_room))


def make_app(
    site: Site, beside: AbstractAsyncContextManager[None], mail_socket: socket.socket | None = None
) -> ASGIApp:
    """Return the ASGI application; what runs beside it, and takes mail at this socket, starts and stops with it."""
    ingest = Ingest(site)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with beside, mail_listener(site, ingest, mail_socket):
            yield
            await ingest.close()
        await site.trials.close()
        await site.database.close()

    router = Starlette(
        routes=[
            landing_route(site),
            cloaked_route(),
            *error_page_routes(),
            *health_routes(site),
            *graphql_routes(site),
            *healthchecks_routes(site),
            *apiscience_routes(site),
            *badge_routes(site, PREFIXES),
            *project_metrics_routes(site, PREFIXES),
            *unsubscribe_routes(site),
        ],
        exception_handlers={Exception: _internal_error} | dict.fromkeys(DATABASE_ERRORS, _no_database),
        lifespan=lifespan,
    )
    # A slash too many is not found, as the documents have it; those that clients forget have routes of their own.
    router.router.redirect_slashes = False
    served = HttpsOnly(router, site.settings) if site.settings.force_https else router
    return Front(PingEndpoint(ingest, site), served, site.site_root)


def renderers(site: Site) -> Renderers:
    """Return what writes the objects that alerts carry, in the words of the APIs."""
    return Renderers(check_json(site), monitor_objects(site))


def settle_interpreter() -> None:
    """Set what the interpreter does beside our code, once all that stays is in memory.

    Collections leave out what stays anyway: a list of 1000 checks would pay for looking at it. A thread that has
    committed pings gets its turn soon, though the loop is busy: by default it would wait 5 ms to say that it is done.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    sys.setswitchinterval(_SWITCH_SECONDS)


async def _internal_error(request: Request, error: Exception) -> Response:
    """Answer a bug with an id under which the log has it."""
    number = new_uuid()
    _log.error("Internal error %s at %s %s", number, request.method, request.url.path, exc_info=error)
    return failure(request, 500, f"Internal error {number}")


async def _no_database(request: Request, error: Exception) -> Response:
    """Answer 503 while the database is away; what it says of one of our statements is a bug."""
    if not is_away(error):
        return await _internal_error(request, error)
    _log.warning("The database does not answer at %s %s: %s", request.method, request.url.path, type(error).__name__)
    return failure(request, 503, "The database does not answer.")


@asynccontextmanager
async def _everything(site: Site, outlet: Outlet) -> AsyncIterator[None]:
    made = await first_start(site)
    if site.database.is_sqlite:
        for each in (NOTIFICATIONS, LETTERS):
            await release_claims(site, each)
        await release_leases(site)
    stop = asyncio.Event()
    async with Workers(site, outlet.broker, renderers(site), make_runs=RunsAside):
        watching = asyncio.create_task(run_scheduler(site, stop, outlet.has_room))
        print(first_words(site.site_root, made), flush=True)  # noqa: T201 - the terminal is where people look
        yield
        stop.set()
        await watching


@asynccontextmanager
async def _nothing(site: Site, _outlet: Outlet) -> AsyncIterator[None]:
    print(first_words(site.site_root, None), flush=True)  # noqa: T201 - the terminal is where people look
    yield


def _run_server(settings: Settings, host: str, port: int, beside: Beside) -> None:
    set_up_logs(settings.log_level)
    listener = _listener(host, port, "Try another --port.")
    mail_port = settings.ping_smtp_port
    mail_socket = _listener(host, mail_port, "Set another HELIOGRAPH_PING_SMTP_PORT.") if mail_port else None
    site = make_site(_with_own_root(settings, listener))
    with one_writer(site.database.url):
        asyncio.run(_try_to_open(settings))
        _serve_site(site, listener, mail_socket, beside)


async def _try_to_open(settings: Settings) -> None:
    """Bring the database into shape, or say why not, before the web server's own way of failing hides the reason."""
    async with opened(settings, pool_size=1):
        pass


def _serve_site(site: Site, listener: socket.socket, mail_socket: socket.socket | None, beside: Beside) -> None:
    broker = make_broker(site.settings.broker_url)
    site.database.deliver = outlet = Outlet(broker)
    config = uvicorn.Config(
        make_app(site, beside(site, outlet), mail_socket),
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        lifespan="on",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    settle_interpreter()
    try:
        _Server(config).run(sockets=[listener])
    finally:
        outlet.close()
        close_broker(broker)


class _Server(uvicorn.Server):
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in good order, however often it is said: every wait on the way has a deadline."""
        if not self.should_exit:
            super().handle_exit(sig, frame)


def _leave(_number: int, _frame: object) -> None:
    """End the process in good order. Uvicorn raises the signal again, once it has closed everything."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)


def _run_until_stopped(
    settings: Settings, work: Callable[[Site, Outlet, asyncio.Event], Coroutine[Any, Any, None]]
) -> None:
    set_up_logs(settings.log_level)
    broker = make_broker(settings.broker_url)
    outlet = Outlet(broker)

    async def run() -> None:
        stop = asyncio.Event()
        async with opened(settings) as site:
            site.database.deliver = outlet
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
            _log.info("Started")
            await work(site, outlet, stop)

    try:
        asyncio.run(run())
    finally:
        outlet.close()
        close_broker(broker)


def _listener(host: str, port: int, remedy: str) -> socket.socket:
    """Listen before anything else starts, so that a taken port is one sentence and a free one is known."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python appends the address once more.
        reason = str(error.strerror).partition(" (while ")[0]
        raise InvalidInput(f"Cannot listen on {host} port {port}: {reason}. {remedy}") from error


def _with_own_root(settings: Settings, listener: socket.socket) -> Settings:
    """Let the site's root be where we listen, unless it was set."""
    if "site_root" in settings.model_fields_set:
        return settings
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - compared, not bound
    return settings.model_copy(update={"site_root": f"http://{shown}:{port}"})


def _refuse_unshared(settings: Settings) -> None:
    refusal = separate_process_refusal(settings)
    if refusal:
        raise InvalidInput(refusal)
