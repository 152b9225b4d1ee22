"""The GraphQL explorer: one page and its files, all served from this site (no CDN at run time).

`static/` holds what is ours; `dist/` holds GraphiQL and React, which `make install` fetches and the wheel carries.
"""

from os import PathLike, stat_result
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

HERE = Path(__file__).parent
STATIC = HERE / "static"
DIST = HERE / "dist"
BUNDLES = ("graphiql.min.css", "graphiql.min.js", "react.production.min.js", "react-dom.production.min.js")
"""The files of `dist/` that the page loads."""

# GraphiQL puts <style> elements into the page, and its fonts and icons are data: URLs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}
# Browsers ask again at each load (and mostly hear 304): an upgrade shows at once.
ASSET_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


def explorer_page(_request: Request) -> Response:
    """Answer the explorer, or a page that says how to get it while its bundles are absent."""
    whole = all((DIST / name).is_file() for name in BUNDLES)
    return FileResponse(HERE / ("index.html" if whole else "absent.html"), headers=PAGE_HEADERS)


def explorer_assets() -> Mount:
    """Return the route of the page's files: `/graphql/assets/<name>`."""
    return Mount("/graphql/assets", _Assets(), name="explorer-assets")


class _Assets(StaticFiles):
    def __init__(self) -> None:
        super().__init__(directory=STATIC)
        # Not given to the constructor, which wants it to exist: it may appear while the server runs.
        self.all_directories.append(DIST)

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(ASSET_HEADERS)
        return response
