"""Routes that match a whole path, whatever the method; each name in it has a form of its own."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import URLPath
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send


class PathRoute(BaseRoute, ABC):
    """Matches a whole path, whatever the method; each `{name}` by the regular expression that `forms` has for it."""

    def __init__(self, path: str, forms: Mapping[str, str]) -> None:
        self.path = path
        parts = re.split(r"\{(\w+)\}", path)
        literals = [re.escape(part) for part in parts[::2]]
        names = [f"(?P<{name}>{forms[name]})" for name in parts[1::2]]
        self._pattern = re.compile("".join(a + b for a, b in zip(literals, [*names, ""], strict=True)), re.ASCII)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the request's path is this one."""
        if scope["type"] != "http":
            return Match.NONE, {}
        found = self._pattern.fullmatch(route_path(scope))
        return (Match.FULL, {"path_params": found.groupdict()}) if found else (Match.NONE, {})

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """Refuse: these routes have no names."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await self.respond(Request(scope, receive, send))
        await response(scope, receive, send)

    @abstractmethod
    async def respond(self, request: Request) -> Response:
        """Return the answer to one request."""


def route_path(scope: Scope) -> str:
    """Return the path below the place where the application is mounted."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
