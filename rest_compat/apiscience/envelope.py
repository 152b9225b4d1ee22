"""What every answer is wrapped in (specs/apiscience.md section 3)."""

from collections.abc import Mapping, Sequence
from typing import Any

Written = dict[str, Any]
SUCCESS = "success"
ERROR = "error"


def done() -> Written:
    """Say that it worked, and nothing else."""
    return {"meta": {"status": SUCCESS}}


def one(data: Any) -> Written:
    """Wrap one thing."""
    return {"meta": {"status": SUCCESS}, "data": data}


def many(data: Sequence[Any] | Mapping[str, Any], *, pagination: Written | None = None, **meta: Any) -> Written:
    """Wrap several things and their number; `meta` is what else is said of them."""
    written: Written = {"meta": {"status": SUCCESS, "numberOfResults": len(data), **meta}, "data": data}
    if pagination is not None:
        written["pagination"] = pagination
    return written


def failed(error: Written) -> Written:
    """Wrap an error."""
    return {"meta": {"status": ERROR}, "error": error}
