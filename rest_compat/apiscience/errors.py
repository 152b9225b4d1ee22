"""What is answered to a request that is refused (specs/apiscience.md section 3)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import (
    Busy,
    Conflict,
    Forbidden,
    HeliographError,
    InvalidInput,
    LimitReached,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from app.web.error_pages import PAGES, info_url

METHOD_NOT_ALLOWED = 405
_STATUSES: dict[type[HeliographError], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    InvalidInput: 400,
    Conflict: 400,
    LimitReached: 403,
    Busy: 429,
    Unavailable: 503,
}
_THEIRS = {
    "interval": "frequency",
    "paused": "active",
    "locations": "location",
    "url": "href",
    "url_parameters": "urlParameters",
    "follow_redirects": "followRedirects",
    "pre_process_script": "preProcessScript",
    "post_script": "postScript",
    "source": "kind",
    "expected": "assertion",
}
"""What the API calls a field of ours, where a rule names it."""
_UNAUTHORIZED = "Invalid or missing API key"
_NOT_A_NAME = re.compile(r"[^\w.{}$-]+")
_LONGEST_NAME = 60
_MOST_FAULTS = 100

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of a request, by its path in the API's own names."""

    field: Path
    message: str


class Faulty(InvalidInput):
    """A request of which several fields may be wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(f"{written_path(first.field)}: {first.message}", path=first.field)
        self.faults = tuple(faults)


def status_of(error: HeliographError) -> int:
    """Return the status by the nearest of the error's classes that the table names."""
    return next(_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES)


def error_object(code: int, message: str, site_root: str) -> dict[str, object]:
    """Return what is said of an error; `infoUrl` leads to a page of ours."""
    return {"code": code, "name": PAGES[code].name, "message": message, "infoUrl": info_url(site_root, code)}


def refusal(error: HeliographError, site_root: str) -> dict[str, object]:
    """Return what is said of a request that was refused; of one that is wrong, also in which fields."""
    code = status_of(error)
    message = _UNAUTHORIZED if isinstance(error, Unauthenticated) else error.message
    said = error_object(code, message, site_root)
    if code == PAGES[400].code:
        said["errors"] = [{"field": written_path(fault.field), "message": fault.message} for fault in _faults(error)]
    return said


def _faults(error: HeliographError) -> Sequence[Fault]:
    if isinstance(error, Faulty):
        return error.faults[:_MOST_FAULTS]
    return [Fault(tuple(_THEIRS.get(part, part) for part in error.path), error.message)] if error.path else []


def written_path(path: Path) -> str:
    """Return a path as the API writes it: `templates[1].validations[0].kind`."""
    written = ""
    for part in path:
        if part.isascii() and part.isdigit():
            written += f"[{part}]"
        else:
            written += ("." if written else "") + _NOT_A_NAME.sub("", part)[:_LONGEST_NAME]
    return written
