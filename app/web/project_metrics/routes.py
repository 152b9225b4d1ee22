"""Where Prometheus scrapes a project: with one of its read-only keys (specs/healthchecks.md section 15)."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from app.errors import Unauthenticated
from app.ids import is_uuid
from app.pipeline.key_use import KeyUse
from app.security.keys import has_key_length
from app.security.roles import Role
from app.site import Site
from app.store import check_metrics, keys
from app.store.keys import Caller
from app.web.client_address import TrustedProxies
from app.web.project_metrics.exposition import CONTENT_TYPE, exposition
from app.web.reached import nearest_address

_PATHS = (
    "/projects/{project}/metrics",
    "/projects/{project}/metrics/",
    "/projects/{project}/metrics/{key}",
    "/projects/{project}/checks/metrics/{key}",
)
_NEVER_CACHED = {"Cache-Control": "no-store"}
_BEARER = "bearer "


def project_metrics_routes(site: Site, prefixes: Sequence[str]) -> list[BaseRoute]:
    """Return the routes of a project's metrics below each prefix."""
    answer = _ProjectMetrics(site).answer
    return [Route(prefix + path, answer, methods=["GET"]) for prefix in prefixes for path in _PATHS]


class _ProjectMetrics:
    """Lets scrapers in by their keys, and answers them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._proxies = TrustedProxies(site.settings.trusted_proxies)
        self._uses = KeyUse(site)

    async def answer(self, request: Request) -> Response:
        """Answer one scrape."""
        if not is_uuid(request.path_params["project"]):
            return _refused(404, "not found")
        key = _given_key(request)
        if key is None:
            return _refused(401, "a read-only key is needed, as Authorization: Bearer or at the end of the path")
        if not has_key_length(key):
            return _refused(400, "this is no key")
        caller = await self._caller(request, key)
        if caller is None:
            return _refused(403, "wrong key: a read-only key of this very project is needed")
        checks = await check_metrics.samples(self._site.database, caller.project.id, self._site.clock())
        note = BackgroundTask(self._uses.note, caller) if self._uses.is_due(caller) else None
        headers = {**_NEVER_CACHED, "Content-Type": CONTENT_TYPE}
        return StreamingResponse(_in_turns(exposition(checks)), headers=headers, background=note)

    async def _caller(self, request: Request, key: str) -> Caller | None:
        """Return who asks, if the key is one to read the project of the path with."""
        site, address = self._site, nearest_address(request.scope, self._proxies)
        try:
            caller = await keys.authenticate(site.database, site.vault, key, address, site.clock())
        except Unauthenticated:
            return None
        # Scrapers keep their keys in URLs and files: one that may change things has no place there.
        reads = caller.role is Role.VIEWER and caller.project.uuid == request.path_params["project"]
        return caller if reads else None


def _given_key(request: Request) -> str | None:
    if "key" in request.path_params:
        return str(request.path_params["key"])
    authorization = request.headers.get("authorization", "")
    return authorization[len(_BEARER) :].strip() if authorization.lower().startswith(_BEARER) else None


def _refused(status: int, text: str) -> Response:
    return PlainTextResponse(f"{text}\n", status, _NEVER_CACHED)


async def _in_turns(blocks: Iterator[str]) -> AsyncIterator[bytes]:
    """Let others run between two blocks."""
    for block in blocks:
        yield block.encode()
        await asyncio.sleep(0)
