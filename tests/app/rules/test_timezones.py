"""Which time zones are known, and under which name they are stored (section 6 of specs/healthchecks.md)."""

from datetime import UTC, datetime

import pytest

from app.errors import InvalidInput
from app.rules.timezones import canonical_name, names, zone


@pytest.mark.parametrize(
    "name", ["UTC", "Europe/Riga", "Europe/Kiev", "America/Indiana/Knox", "EST", "Etc/GMT+12", "GB"]
)
def test_known_zone(name):
    assert zone(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " UTC",
        "utc",
        "europe/riga",
        "Europe",
        "Factory",
        "localtime",
        "posixrules",
        "../UTC",
        "/etc/passwd",
        "Mars/X",
    ],
)
def test_zone_that_is_not_known(name):
    with pytest.raises(InvalidInput):
        zone(name)
    with pytest.raises(InvalidInput):
        canonical_name(name)


@pytest.mark.parametrize(
    ("old", "current"),
    [
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("America/Godthab", "America/Nuuk"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("US/Eastern", "America/New_York"),
        ("GB", "Europe/London"),
        # The time zone data merges these with a city abroad; people there expect their own.
        ("Iceland", "Atlantic/Reykjavik"),
        ("Africa/Asmera", "Africa/Asmara"),
        ("Pacific/Truk", "Pacific/Chuuk"),
    ],
)
def test_old_name_is_replaced(old, current):
    assert canonical_name(old) == current


@pytest.mark.parametrize(
    "name",
    [
        *("UTC", "GMT", "Etc/UTC", "Etc/GMT-3", "Zulu", "EST", "CET", "PST8PDT"),
        # Links as well, and the present names of their places.
        *("Europe/Stockholm", "Europe/Oslo", "Atlantic/Reykjavik", "Africa/Asmara", "America/Nassau"),
        *("Europe/Riga", "Asia/Kolkata", "Europe/Kyiv"),
    ],
)
def test_current_name_stays(name):
    assert canonical_name(name) == name


def test_new_name_keeps_the_time_of_the_old_one():
    instants = [datetime(year, month, 15, tzinfo=UTC) for year in range(2020, 2041, 5) for month in (1, 7)]

    for name in names():
        renamed = canonical_name(name)
        assert canonical_name(renamed) == renamed
        for instant in instants:
            assert instant.astimezone(zone(name)).utcoffset() == instant.astimezone(zone(renamed)).utcoffset(), name
