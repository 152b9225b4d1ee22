"""What a request to a ping URL asks for: path and query, read without any I/O (specs/healthchecks.md section 8)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from app.errors import InvalidInput
from app.rules.states import PingKind
from app.store.check_changes import CheckChanges
from app.web.ping_provision import provision

MAX_EXIT_STATUS = 255
_PREFIX = "/ping/"
_ALTERNATIVE_ROOT = "/healthchecks"
_MAX_FIELDS = 1_000
_REMEMBERED_PATHS = 10_000

_KINDS = {"start": PingKind.START, "fail": PingKind.FAIL, "log": PingKind.LOG}
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_END = r"(?:start|fail|log|[0-9]+)"
_BY_UUID = re.compile(rf"({_UUID})(?:/({_END})?)?")
_BY_SLUG = re.compile(rf"([-a-zA-Z0-9_]+)/([-a-zA-Z0-9_]+)(?:/({_END}))?")
_ANY_CASE_UUID = re.compile(_UUID, re.IGNORECASE)


class BadPing(Exception):
    """The request says something wrong; the text is the answer."""


@dataclass(frozen=True, slots=True)
class PingTarget:
    """Which check is meant, by uuid or by ping key and slug, and what the URL says of it."""

    uuid: str | None
    ping_key: str | None
    slug: str | None
    kind: PingKind
    exit_status: int | None


@lru_cache(maxsize=_REMEMBERED_PATHS)
def parse_path(path: str) -> PingTarget | None:
    """Read the path of a request; None for a path of no known form, BadPing for one with a wrong value."""
    asked = path.removeprefix(_ALTERNATIVE_ROOT).removeprefix(_PREFIX)
    if found := _BY_UUID.fullmatch(asked):
        uuid, end = found.groups()
        return PingTarget(uuid, None, None, *_said(end))
    if found := _BY_SLUG.fullmatch(asked):
        ping_key, slug, end = found.groups()
        if slug != slug.lower():
            raise BadPing("invalid url format")
        return PingTarget(None, ping_key, slug, *_said(end))
    return None


def _said(end: str | None) -> tuple[PingKind, int | None]:
    """Return kind and exit status that the end of a path says."""
    if end is None:
        return PingKind.SUCCESS, None
    if kind := _KINDS.get(end):
        return kind, None
    digits = end.lstrip("0") or "0"
    if len(digits) > len(str(MAX_EXIT_STATUS)) or int(digits) > MAX_EXIT_STATUS:
        raise BadPing("invalid url format")
    return PingKind.SUCCESS, int(digits)


def parse_query(query: bytes) -> tuple[str | None, CheckChanges | None]:
    """Return run id, in lower case, and what a check that may be made is to be, None when none may.

    BadPing when the run id is no uuid, or a check cannot be so.
    """
    if not query:
        return None, None
    try:
        said = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError as error:
        raise BadPing("too many fields") from error
    run_key = said.get("rid")
    if run_key is not None and not _ANY_CASE_UUID.fullmatch(run_key):
        raise BadPing("invalid uuid format")
    return run_key and run_key.lower(), _provision(said) if said.get("create") == "1" else None


def _provision(said: Mapping[str, str]) -> CheckChanges:
    try:
        return provision(said)
    except InvalidInput as error:
        raise BadPing(error.message) from error
