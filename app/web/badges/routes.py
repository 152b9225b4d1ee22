"""The URLs of badges, at the site's root and below each API root that shows them (specs/healthchecks.md section 14)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from app.rules.badges import tally
from app.site import Site
from app.store import badges, check_pages, projects
from app.store.check_pages import CheckFilter
from app.web.badges.formats import FORMATS, Badge
from app.web.badges.links import EVERY_CHECK
from app.web.cors import allow, cors_headers
from app.web.path_route import PathRoute

SITE_LABEL = "Heliograph"
"""What the badge of all checks of a project is called."""

_FORMS = {
    "badge_key": r"[a-z0-9]{22}",
    "signature": r"[A-Za-z0-9_-]{8}",
    "two_states": r"(?:-2)?",
    "tag": r"[^\0]+",
    "states": r"[23]",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "format": "|".join(FORMATS),
}
_ALLOWED = ("GET",)
_NEVER_CACHED = {
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "X-Content-Type-Options": "nosniff",
}

_Find = Callable[[Mapping[str, str]], Awaitable[Badge | None]]


def badge_routes(site: Site, prefixes: Sequence[str]) -> list[BaseRoute]:
    """Return the routes of all badges below each prefix; no key is needed."""
    found = _Badges(site)
    finders: dict[str, _Find] = {
        "/b/{states}/{uuid}.{format}": found.of_watchable,
        "/badge/{badge_key}/{signature}{two_states}.{format}": found.of_project,
        "/badge/{badge_key}/{signature}{two_states}/{tag}.{format}": found.of_project,
    }
    return [_BadgeRoute(prefix + path, find) for prefix in prefixes for path, find in finders.items()]


class _BadgeRoute(PathRoute):
    """Answers GET with the badge that `find` finds, in the format that the path ends with."""

    def __init__(self, path: str, find: _Find) -> None:
        super().__init__(path, _FORMS)
        self._find = find

    async def respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _opened(Response(status_code=204))
        if request.method not in _ALLOWED:
            return _opened(Response(status_code=405, headers={"Allow": allow(_ALLOWED)}))
        badge = await self._find(request.path_params)
        if badge is None:
            return PlainTextResponse("not found", 404, _NEVER_CACHED)
        form = FORMATS[request.path_params["format"]]
        return _opened(Response(form.write(badge), headers=_NEVER_CACHED, media_type=form.media_type))


class _Badges:
    """Finds what badges are about."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def of_watchable(self, path: Mapping[str, str]) -> Badge | None:
        """Return the badge of one check or monitor, which is called by its name, or by its uuid when it has none."""
        found = await badges.by_badge_uuid(self._site.database, path["uuid"], self._site.clock())
        if found is None:
            return None
        return Badge(found.name or found.uuid, tally({found.state: 1}), with_late=path["states"] == "3")

    async def of_project(self, path: Mapping[str, str]) -> Badge | None:
        """Return the badge of the checks that carry a tag, or of all; None as well when the signature is not ours."""
        site, tag = self._site, path.get("tag", EVERY_CHECK)
        if not site.vault.badge_signed(path["badge_key"], tag, path["signature"]):
            return None
        project = await projects.by_badge_key(site.database, path["badge_key"])
        if project is None:
            return None
        every = tag == EVERY_CHECK
        wanted = CheckFilter() if every else CheckFilter(tags=(tag,))
        counts = await check_pages.count_by_state(site.database, project.id, wanted, site.clock())
        return Badge(SITE_LABEL if every else tag, tally(counts), with_late=not path["two_states"])


def _opened(response: Response) -> Response:
    """Let scripts of other sites read the answer."""
    response.raw_headers.extend(cors_headers(_ALLOWED))
    return response
