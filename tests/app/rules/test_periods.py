"""Which time figures cover, as it is named."""

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import InvalidInput
from app.rules import periods

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)


def test_the_last_seconds_end_now() -> None:
    assert periods.last_seconds(3600, NOW) == (NOW - timedelta(hours=1), NOW)
    with pytest.raises(InvalidInput):
        periods.last_seconds(0, NOW)


def test_a_range_goes_forward() -> None:
    later = NOW + timedelta(seconds=1)

    assert periods.between(NOW, later) == (NOW, later)
    for start, end in ((NOW, NOW), (later, NOW)):
        with pytest.raises(InvalidInput):
            periods.between(start, end)


@pytest.mark.parametrize(
    ("text", "zone", "start", "end"),
    [
        ("2026-03", "UTC", "2026-03-01T00:00+00:00", "2026-04-01T00:00+00:00"),
        ("2026-03", "Europe/Riga", "2026-02-28T22:00+00:00", "2026-03-31T21:00+00:00"),
        ("2026-12", "America/New_York", "2026-12-01T05:00+00:00", "2027-01-01T05:00+00:00"),
        ("2024-02", "UTC", "2024-02-01T00:00+00:00", "2024-03-01T00:00+00:00"),
    ],
    ids=["plain", "over-a-change-of-clocks", "end-of-a-year", "leap"],
)
def test_a_month_is_that_of_the_zone(text: str, zone: str, start: str, end: str) -> None:
    assert periods.month(text, zone) == (datetime.fromisoformat(start), datetime.fromisoformat(end))


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-3", "26-03", "9999-12", "2026-03-01", "٢٠٢٦-03"])
def test_another_text_is_no_month(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        periods.month(text, "UTC")

    assert refused.value.path == ("month",)


@pytest.mark.parametrize(("days", "hours"), [(1, 1), (2, 1), (3, 24)], ids=["day", "two", "more"])
def test_points_are_hours_or_days(days: int, hours: int) -> None:
    assert periods.usual_step((NOW - timedelta(days=days), NOW)) == timedelta(hours=hours)
