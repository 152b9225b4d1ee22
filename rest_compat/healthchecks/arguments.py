"""What a request means in the resolvers' words (specs/healthchecks.md sections 5 to 7)."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from app.errors import InvalidInput, NotFound
from app.models.columns import EPOCH
from app.store.checks import CheckRef
from graphql_api.resolvers import checks
from rest_compat.healthchecks.inputs import Inputs, unique_fields
from rest_compat.routing import Call

LARGEST_INSTANT = 10_000_000_000
"""The latest `start` and `end` of a list of flips, in seconds since 1970."""
LONGEST_PAST = 31_536_000
"""The longest `seconds` of a list of flips."""

_NO_TAG = ""
_MOST_TAGS = 250
_LARGEST_NUMBER = 2**31 - 1
_DIGITS = re.compile(r"[0-9]{1,11}", re.ASCII)


class Arguments:
    """Maps requests to arguments, as this version of the API understands them."""

    def __init__(self, version: int) -> None:
        self._inputs = Inputs(version)

    async def filters(self, call: Call) -> Mapping[str, Any]:
        """Return by which tags and slug the list of checks is filtered."""
        slug = call.query.get("slug") or None
        tags = tuple(dict.fromkeys(call.query.getlist("tag")))
        # More words than a check has room for, and a NUL, which PostgreSQL refuses: nothing has those.
        if len(tags) > _MOST_TAGS or any("\0" in text for text in (*tags, slug or "")):
            return {"tags": (_NO_TAG,)}
        return {"tags": tags, "slug": slug}

    async def ref(self, call: Call) -> Mapping[str, Any]:
        """Return which check is meant."""
        return {"ref": _ref(call)}

    async def creation(self, call: Call) -> Mapping[str, Any]:
        """Return what a new check is to be, and by which fields it may exist already."""
        given = self._inputs.valid(call.body)
        return {"changes": self._inputs.changes(given), "unique": unique_fields(given)}

    async def update(self, call: Call) -> Mapping[str, Any]:
        """Return which check is changed and how."""
        async with _existence_first(call):
            given = self._inputs.valid(call.body)
        return {"ref": _ref(call), "changes": self._inputs.changes(given)}

    async def ping_number(self, call: Call) -> Mapping[str, Any]:
        """Return which ping of which check is meant."""
        number = int(call.path["n"])
        if number > _LARGEST_NUMBER:
            raise NotFound("There is no such ping.")
        return {"ref": _ref(call), "number": number}

    async def span(self, call: Call) -> Mapping[str, Any]:
        """Return whose flips are wanted, and of what time: the part that all of `seconds`, `start` and `end` leave."""
        async with _existence_first(call):
            seconds = _number(call.query.get("seconds") or "0", LONGEST_PAST)
            since = [_instant(call.query["start"])] if "start" in call.query else []
            until = _instant(call.query["end"]) if "end" in call.query else None
        if seconds:
            since.append(call.ctx.now() - timedelta(seconds=seconds))
        return {"ref": _ref(call), "since": max(since, default=None), "until": until}


def _ref(call: Call) -> CheckRef:
    return CheckRef(uuid=call.path.get("uuid"), unique_key=call.path.get("unique_key"))


@asynccontextmanager
async def _existence_first(call: Call) -> AsyncIterator[None]:
    """Tell that the check is missing or another project's before what is wrong with the request (section 2)."""
    try:
        yield
    except InvalidInput:
        await checks.check_get(call.ctx, ref=_ref(call))
        raise


def _number(text: str, largest: int) -> int:
    """Return a whole number; what is none, or too large, is refused without a word (section 7.3)."""
    if not _DIGITS.fullmatch(text) or int(text) > largest:
        raise InvalidInput("")
    return int(text)


def _instant(text: str) -> datetime:
    return EPOCH + timedelta(seconds=_number(text, LARGEST_INSTANT))
