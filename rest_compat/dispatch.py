"""Whose request it is, where two documents claim the same URL (DESIGN section 5)."""

import re
from collections.abc import Mapping

SHARED_PATH = "/api/v1/checks"

_NAMED = re.compile(
    rf"{SHARED_PATH}/(?:[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}|[0-9a-f]{{40}})(?:/.*)?",
    re.ASCII | re.DOTALL,
)
_BARE = (SHARED_PATH, f"{SHARED_PATH}/")
_OF_UPTIME = ("token ", "bearer ")


def is_healthchecks_request(path: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a request below `/api/v1/checks` is meant for Healthchecks; else it is for Uptime.com.

    `headers` go by lower-case names. A check's uuid or unique key, or `X-Api-Key`, is Healthchecks; the bare list is
    too, unless `Authorization` holds a token.
    """
    if "x-api-key" in headers or _NAMED.fullmatch(path):
        return True
    return path in _BARE and not headers.get("authorization", "").lower().startswith(_OF_UPTIME)
