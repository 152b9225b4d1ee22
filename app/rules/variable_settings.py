"""What the variables of a project may be, whoever writes them (specs/apiscience.md section 9)."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from app.errors import InvalidInput

LONGEST_NAME = 100
MOST_VARIABLES = 500
LONGEST_VALUE = 32_768
MOST_TEXT = 262_144
"""Characters of all the values of a project together, as JSON: they travel with each run."""

# What no `{{name}}` can stand for, and what no database keeps.
_UNFIT_IN_A_NAME = re.compile(r"[{}\x00-\x1f\x7f\ud800-\udfff]")


def checked_values(values: Mapping[str, Any]) -> dict[str, str]:
    """Return the values as JSON, by name; InvalidInput names the variable whose name or value cannot be."""
    return {checked_name(name): _checked_value(name, value) for name, value in values.items()}


def checked_name(name: str) -> str:
    """Return the name of a variable; InvalidInput when no `{{name}}` could mean it."""
    if not name or name != name.strip() or len(name) > LONGEST_NAME or _UNFIT_IN_A_NAME.search(name):
        raise InvalidInput(
            f"The name of a variable has 1 to {LONGEST_NAME} characters, without braces and without spaces around it",
            (name[:LONGEST_NAME],),
        )
    return name


def _checked_value(name: str, value: Any) -> str:
    try:
        packed = orjson.dumps(value).decode()
    except orjson.JSONEncodeError as error:
        raise InvalidInput("The value of a variable is JSON, with integers of 64 bits", (name,)) from error
    if len(packed) > LONGEST_VALUE:
        raise InvalidInput(f"The value of a variable has at most {LONGEST_VALUE} characters, as JSON", (name,))
    return packed


def check_text_in_all(length: int) -> None:
    """Raise InvalidInput when the values of a project have more characters in all than `MOST_TEXT`."""
    if length > MOST_TEXT:
        raise InvalidInput(f"The variables of a project have at most {MOST_TEXT} characters in all, as JSON")
