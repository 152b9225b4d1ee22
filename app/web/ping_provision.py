"""What a ping says of the check that it makes: `?create=1&timeout=600&tags=prod`, in the Healthchecks API's names."""

from collections.abc import Callable, Mapping
from typing import Any

from app.errors import InvalidInput
from app.rules import check_settings as rule
from app.store.check_changes import CheckChanges


def provision(said: Mapping[str, str]) -> CheckChanges:
    """Return what the query says of a new check, other names left out; InvalidInput tells of the first wrong value."""
    return CheckChanges(**{ours: read(said[name]) for name, (ours, read) in _PARAMETERS.items() if name in said})


def _seconds(name: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or len(text) > _MOST_DIGITS:
            raise InvalidInput(f"{name} is not a number")
        return rule.checked_seconds(int(text), name)

    return read


def _text(name: str, longest: int) -> Callable[[str], str]:
    return lambda text: rule.checked_text(text, name, longest)


def _schedule(text: str) -> str:
    return rule.checked_schedule(text)[0]


_MOST_DIGITS = 10
_PARAMETERS: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "name": ("name", _text("name", rule.LONGEST_NAME)),
    "desc": ("description", _text("desc", rule.LONGEST_DESCRIPTION)),
    "tags": ("tags", _text("tags", rule.LONGEST_TAGS)),
    "timeout": ("period", _seconds("timeout")),
    "grace": ("grace", _seconds("grace")),
    "schedule": ("schedule", _schedule),
    "tz": ("timezone", rule.checked_timezone),
    "channels": ("channels", _text("channels", rule.LONGEST_DESCRIPTION)),
}
"""By the name in the query: the field of `CheckChanges`, and what reads its text."""
