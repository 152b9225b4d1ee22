"""The time zones that a schedule may name, and their current names (specs/healthchecks.md section 6)."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from app.errors import InvalidInput

# These abbreviations stand for an offset in many countries; the city that the data links them to is one of them.
_ABBREVIATIONS = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "WET"})

# The data links these to a city abroad that keeps the same time; this is what the place itself is called now.
_SAME_PLACE = {
    "Africa/Asmera": "Africa/Asmara",
    "Africa/Timbuktu": "Africa/Bamako",
    "America/Coral_Harbour": "America/Atikokan",
    "America/Virgin": "America/St_Thomas",
    "Antarctica/South_Pole": "Antarctica/McMurdo",
    "Atlantic/Jan_Mayen": "Arctic/Longyearbyen",
    "Iceland": "Atlantic/Reykjavik",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
    "Pacific/Yap": "Pacific/Chuuk",
}


@cache
def names() -> frozenset[str]:
    """Return every zone name that is accepted, old names too; the same on every machine."""
    return frozenset(_lines("zones")) - {"Factory"}


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone of that exact name; raise `InvalidInput` if there is none."""
    if name not in names():
        raise InvalidInput("no time zone has this name")
    return ZoneInfo(name)


def canonical_name(name: str) -> str:
    """Return the current name of the zone (`Europe/Kiev` is `Europe/Kyiv`); raise `InvalidInput` if there is none."""
    return _renamed().get(zone(name).key, name)


@cache
def _renamed() -> dict[str, str]:
    # zone.tab holds the current name of every inhabited place, so a link from outside it is an old name.
    places = {line.split("\t")[2] for line in _lines("zoneinfo/zone.tab") if not line.startswith("#")}
    links = (line.split()[1:] for line in _lines("zoneinfo/tzdata.zi") if line.startswith("L "))
    old = {name: target for target, name in links if target in places and name not in places | _ABBREVIATIONS}
    return old | _SAME_PLACE


def _lines(path: str) -> Iterator[str]:
    """Yield the lines of a file of the `tzdata` package."""
    return iter(resources.files("tzdata").joinpath(path).read_text(encoding="utf-8").splitlines())
