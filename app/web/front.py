"""The front door: pings take the short way, all else goes through the router."""

from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

PING_PREFIXES = ("/ping/", "/healthchecks/ping/")


class Front:
    """Hands each request to the ping endpoint or to the router, by the first letters of its path alone.

    `site_root` may have a path, such as `/hc`: all routes are then below it (specs/healthchecks.md section 3), also for
    a proxy that takes the path away before it hands requests on.
    """

    def __init__(self, pings: ASGIApp, router: ASGIApp, site_root: str) -> None:
        self._pings = pings
        self._router = router
        self._mount = unquote(urlsplit(site_root).path).rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or the server's own start and stop."""
        if scope["type"] == "http":
            path = self._below(scope["path"])
            if path.startswith(PING_PREFIXES):
                await self._pings({**scope, "path": path} if self._mount else scope, receive, send)
                return
            if self._mount:
                scope = {**scope, "path": self._mount + path, "root_path": self._mount}
        await self._router(scope, receive, send)

    def _below(self, path: str) -> str:
        if path == self._mount:
            return "/"
        return path[len(self._mount) :] if path.startswith(self._mount + "/") else path
