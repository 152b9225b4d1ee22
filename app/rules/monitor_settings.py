"""What the settings of monitors and templates may be, whoever writes them (specs/apiscience.md sections 4 to 6)."""

import math
import re
from collections.abc import Sequence

from app.errors import InvalidInput
from app.rules.due_times import LEASE_MARGIN_SECONDS
from app.rules.steps import Pairs
from app.security.hops import wire_url

LONGEST_NAME = 100
LONGEST_TAG = 100
MOST_TAGS = 250
MOST_LOCATIONS = 20
MOST_CONTACTS = 1_000
SHORTEST_INTERVAL = 30
LONGEST_INTERVAL = 86_400
LONGEST_TIMEOUT = 300
USUAL_TIMEOUT = 40
MOST_RETRIES = 10
MOST_RUNS_IN_ROW = 100
MOST_TEMPLATES = 50
MOST_VALIDATIONS = 50
MOST_PAIRS = 100
"""Headers of a template, and URL parameters."""
LONGEST_URL = 8_000
LONGEST_PAIR_NAME = 200
LONGEST_PAIR_VALUE = 8_000
LONGEST_BODY = 262_144
MOST_TEXT = 1_048_576
"""Characters of all the templates of a monitor together: they travel with each of its runs."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

Path = tuple[str, ...]

# PostgreSQL keeps no NUL, and no encoding can write halves of characters.
_UNFIT = re.compile(r"[\0\ud800-\udfff]")
_UNFIT_IN_A_LINE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_PLACEHOLDER = re.compile(r"\{\{[^{}]+\}\}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 calls it a token


def default_timeout(interval: int) -> int:
    """Return the seconds of a run of which none was said: its lease fits into the interval, in seconds."""
    return min(USUAL_TIMEOUT, interval - LEASE_MARGIN_SECONDS)


def checked_number(value: int, path: Path, least: int, most: int) -> int:
    """Return a whole number within these bounds; InvalidInput otherwise."""
    if not least <= value <= most:
        raise InvalidInput(f"{path[-1]} is from {least} to {most}", path)
    return value


def checked_limit_ms(value: float, path: Path) -> float:
    """Return the milliseconds above which a run is slow; InvalidInput unless above 0 and within the longest run."""
    if not (math.isfinite(value) and 0 < value <= LONGEST_TIMEOUT * 1000):
        raise InvalidInput(f"{path[-1]} is above 0 and at most {LONGEST_TIMEOUT * 1000} milliseconds", path)
    return value


def checked_text(text: str, path: Path, longest: int) -> str:
    """Return a text; InvalidInput when it is too long or holds what no database keeps."""
    if len(text) > longest:
        raise InvalidInput(f"The text has at most {longest} characters", path)
    if _UNFIT.search(text):
        raise InvalidInput("The text contains a NUL character, or half of a character", path)
    return text


def checked_name(name: str, path: Path) -> str:
    """Return the name of a monitor; InvalidInput when it is empty or too long."""
    if not name.strip():
        raise InvalidInput("A monitor has a name", path)
    return checked_text(name, path, LONGEST_NAME)


def checked_tags(tags: Sequence[str], path: Path = ("tags",)) -> tuple[str, ...]:
    """Return the tags in order, each once; InvalidInput when one is empty or too long, or they are too many."""
    for index, tag in enumerate(tags):
        here = (*path, str(index))
        if not tag.strip():
            raise InvalidInput("A tag is not empty", here)
        checked_text(tag, here, LONGEST_TAG)
    return checked_count(tuple(dict.fromkeys(tags)), path, MOST_TAGS)


def checked_count(items: tuple[str, ...], path: Path, most: int) -> tuple[str, ...]:
    """Return the items; InvalidInput when they are too many."""
    if len(items) > most:
        raise InvalidInput(f"There are at most {most} {path[-1]}", path)
    return items


def checked_url(url: str, path: Path) -> str:
    """Return the URL: an absolute http or https one, or a text with a `{{name}}`; InvalidInput otherwise."""
    checked_text(url, path, LONGEST_URL)
    if _UNFIT_IN_A_LINE.search(url) or "\t" in url:
        raise InvalidInput("The URL contains control characters", path)
    if _PLACEHOLDER.search(url):
        return url
    try:
        wire_url(url)
    except ValueError as error:
        raise InvalidInput("The URL is an absolute http or https URL, or contains a {{name}}", path) from error
    return url


def checked_method(method: str, path: Path) -> str:
    """Return the method in capital letters; InvalidInput for others than `METHODS`."""
    upper = method.upper() if len(method) <= max(map(len, METHODS)) else ""
    if upper not in METHODS:
        raise InvalidInput(f"The method is one of {', '.join(METHODS)}", path)
    return upper


def check_pairs(pairs: Sequence[tuple[str, str]], path: Path) -> Pairs:
    """Return names and values; InvalidInput names the one that is too long, or says that they are too many."""
    if len(pairs) > MOST_PAIRS:
        raise InvalidInput(f"There are at most {MOST_PAIRS} {path[-1]}", path)
    for index, (name, value) in enumerate(pairs):
        here = (*path, str(index))
        checked_text(name, (*here, "name"), LONGEST_PAIR_NAME)
        checked_text(value, (*here, "value"), LONGEST_PAIR_VALUE)
    return tuple(pairs)


def check_headers(pairs: Sequence[tuple[str, str]], path: Path) -> None:
    """Raise InvalidInput for headers that cannot be sent; values may hold `{{name}}`."""
    check_pairs(pairs, path)
    for index, (name, value) in enumerate(pairs):
        here = (*path, str(index))
        if not _HEADER_NAME.fullmatch(name):
            raise InvalidInput("A header has a name that HTTP does not allow", (*here, "name"))
        if name.lower() == "transfer-encoding":
            raise InvalidInput("The header Transfer-Encoding cannot be set", (*here, "name"))
        if _UNFIT_IN_A_LINE.search(value):
            raise InvalidInput("A header contains control characters", (*here, "value"))


def check_text_in_all(length: int, path: Path = ("templates",)) -> None:
    """Raise InvalidInput when the templates of a monitor have more characters in all than `MOST_TEXT`."""
    if length > MOST_TEXT:
        raise InvalidInput(f"The templates of a monitor have at most {MOST_TEXT} characters in all", path)
