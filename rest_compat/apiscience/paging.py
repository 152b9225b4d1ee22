"""Pages of lists, counted within the items whose numbers are at most `start` (specs/apiscience.md section 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.errors import InvalidInput
from app.store.parts import Part
from rest_compat.apiscience.dialect import v1
from rest_compat.apiscience.envelope import Written
from rest_compat.apiscience.errors import Fault, Faulty
from rest_compat.routing import Call

DEFAULT_COUNT = 20
MOST_ON_A_PAGE = 100
LARGEST_PAGE = 1_000_000_000

_LARGEST_ID = 2**63 - 1
_LONGEST_NUMBER = 30
_NAMES = ("start", "page", "count")


@dataclass(frozen=True, slots=True)
class Page:
    """So many items a page, the page from 1 on, and the highest number that may appear, if one is said."""

    count: int
    number: int
    start: int | None

    @property
    def part(self) -> Part:
        """What the page is of the list."""
        return Part(limit=self.count, offset=(self.number - 1) * self.count, at_most_id=self.start)


def page(call: Call) -> Page:
    """Return the page that is asked for, the first if none is; Faulty names each parameter that is out of bounds."""
    faults: list[Fault] = []
    start = _number(call, "start", _LARGEST_ID, faults)
    number = _number(call, "page", LARGEST_PAGE, faults)
    count = _number(call, "count", MOST_ON_A_PAGE, faults)
    if faults:
        raise Faulty(faults)
    return Page(count or DEFAULT_COUNT, number or 1, start)


def part(call: Call) -> Part | None:
    """Return the part of a list that is asked for; None when all of it is."""
    return page(call).part if _is_asked(call) else None


def links(call: Call, path: str, total: int, start: int | None, filters: Sequence[tuple[str, str]] = ()) -> Written:
    """Return the links to the pages around the one that was asked for, of `total` items up to the number `start`.

    The address is that of the list, `.json` as requested; `filters` stand in all of them.
    """
    asked = page(call)
    last = max(1, -(-total // asked.count))
    pinned = () if start is None else (("start", start),)
    address = v1(call.ctx) + path + (".json" if call.path.get("suffix", "").startswith(".json") else "")

    def link(number: int) -> str:
        return f"{address}?{urlencode((*filters, *pinned, ('page', number), ('count', asked.count)))}"

    written = {"next": link(asked.number + 1)} if asked.number < last else {}
    if asked.number > 1:
        written["previous"] = link(min(asked.number - 1, last))
    return {**written, "first": link(1), "last": link(last)}


def links_if_asked(
    call: Call, path: str, total: int, start: int | None, filters: Sequence[tuple[str, str]] = ()
) -> Written | None:
    """Return the links of a list that is whole unless a part of it is asked for."""
    return links(call, path, total, start, filters) if _is_asked(call) else None


def _is_asked(call: Call) -> bool:
    return any(name in call.query for name in _NAMES)


def _number(call: Call, name: str, largest: int, faults: list[Fault]) -> int | None:
    given = call.query.get(name)
    if given is None:
        return None
    try:
        return _between(given, largest)
    except InvalidInput as error:
        faults.append(Fault((name,), error.message))
        return None


def _between(given: str, largest: int) -> int:
    is_number = given.isascii() and given.isdigit() and len(given) <= _LONGEST_NUMBER
    if not is_number or not 1 <= int(given) <= largest:
        raise InvalidInput(f"is no whole number from 1 to {largest}")
    return int(given)
