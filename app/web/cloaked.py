"""Where the link of an alert leads: it names a check by its unique key, which does not disclose its uuid.

specs/healthchecks.md section 11, `…/cloaked/<unique_key>/`.
"""

import re

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

_UNIQUE_KEY = re.compile(r"[0-9a-f]{40}", re.ASCII)


def cloaked_route() -> Route:
    """Return the route to the page of a check. That page asks for a key: whether there is such a check is not told."""
    return Route("/cloaked/{unique_key}/", _lead)


async def _lead(request: Request) -> Response:
    key = request.path_params["unique_key"]
    if _UNIQUE_KEY.fullmatch(key) is None:
        return PlainTextResponse("not found", status_code=404)
    # Relative, so that it holds below any root that this request came by.
    return RedirectResponse(f"../../graphql?check={key}", status_code=302)
