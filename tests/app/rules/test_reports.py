"""When reports are due and of what they tell, by the clock of the reader (section 11 of specs/healthchecks.md)."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.reports import Span, next_nag_at, next_report_at, report_spans
from app.rules.rhythms import NagRhythm, ReportRhythm

DAILY, WEEKLY, MONTHLY = ReportRhythm.DAILY, ReportRhythm.WEEKLY, ReportRhythm.MONTHLY
# Zones that set their clocks at night, at midnight, by half an hour, and one that once left out a day.
ZONES = ("UTC", "Europe/Riga", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata")
rhythms = st.sampled_from((DAILY, WEEKLY, MONTHLY))
instants = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds UTC


@pytest.mark.parametrize(
    ("rhythm", "now", "day"),
    [
        (DAILY, "2026-03-01T07:10", "2026-03-02"),
        (DAILY, "2026-03-01T21:59", "2026-03-02"),
        (DAILY, "2026-03-01T22:00", "2026-03-03"),
        (WEEKLY, "2026-03-01T12:00", "2026-03-02"),
        (WEEKLY, "2026-03-02T06:00", "2026-03-09"),
        (MONTHLY, "2026-03-01T06:00", "2026-04-01"),
        (MONTHLY, "2026-12-31T21:59", "2027-01-01"),
    ],
)
def test_a_report_is_due_on_the_next_such_day_of_the_zone(rhythm: ReportRhythm, now: str, day: str) -> None:
    at = next_report_at(rhythm, "Europe/Riga", datetime.fromisoformat(f"{now}+00:00"), Random(7))

    assert at is not None
    assert at.astimezone(ZoneInfo("Europe/Riga")).date() == date.fromisoformat(day)


@given(rhythms, st.sampled_from(ZONES), instants, st.randoms(use_true_random=False))
def test_a_report_comes_between_nine_and_eleven_and_none_is_left_out(
    rhythm: ReportRhythm, zone: str, now: datetime, random: Random
) -> None:
    at = next_report_at(rhythm, zone, now, random)

    assert at is not None
    assert at.tzinfo is UTC
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    assert 9 <= local.hour < 11
    assert (local.second, local.microsecond) == (0, 0)
    days = [today + timedelta(days=ahead) for ahead in range(1, (local.date() - today).days + 1)]
    wanted = {DAILY: lambda _: True, WEEKLY: lambda day: day.weekday() == 0, MONTHLY: lambda day: day.day == 1}
    skipped = {date(2011, 12, 30)} if zone == "Pacific/Apia" else set()
    assert [day for day in days if wanted[rhythm](day) and day not in skipped][:1] == [days[-1]]


def test_the_minute_is_as_random_as_the_source() -> None:
    random = Random(1)
    found = {next_report_at(DAILY, "UTC", datetime(2026, 3, 1, tzinfo=UTC), random) for _ in range(2000)}

    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert found == {start + timedelta(minutes=minute) for minute in range(120)}


def test_who_wants_nothing_is_owed_nothing() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)

    assert next_report_at(ReportRhythm.OFF, "UTC", now, Random(1)) is None
    assert next_nag_at(NagRhythm.OFF, now) is None
    with pytest.raises(ValueError, match="no report"):
        report_spans(ReportRhythm.OFF, "UTC", now)


def test_a_nag_comes_after_an_hour_or_a_day_of_real_time() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    assert next_nag_at(NagRhythm.HOURLY, now) == now + timedelta(hours=1)
    assert next_nag_at(NagRhythm.DAILY, now) == now + timedelta(days=1)


@pytest.mark.parametrize(
    ("rhythm", "newer", "older"),
    [
        (DAILY, ("2026-03-31", "2026-03-31", "30T21:00", "31T21:00"), ("2026-03-30", "2026-03-30")),
        (WEEKLY, ("2026-03-23", "2026-03-29", "22T22:00", "29T21:00"), ("2026-03-16", "2026-03-22")),
        (MONTHLY, ("2026-03-01", "2026-03-31", "28T22:00", "31T21:00"), ("2026-02-01", "2026-02-28")),
    ],
)
def test_a_report_tells_of_the_two_periods_before_it(
    rhythm: ReportRhythm, newer: tuple[str, str, str, str], older: tuple[str, str]
) -> None:
    spans = report_spans(rhythm, "Europe/Riga", datetime(2026, 4, 1, 6, 30, tzinfo=UTC))

    assert (str(spans[0].first), str(spans[0].last), f"{spans[0].start:%dT%H:%M}", f"{spans[0].end:%dT%H:%M}") == newer
    assert (str(spans[1].first), str(spans[1].last)) == older


@given(rhythms, st.sampled_from(ZONES), instants)
def test_spans_are_over_and_leave_no_time_out(rhythm: ReportRhythm, zone: str, at: datetime) -> None:
    newer, older = report_spans(rhythm, zone, at)

    assert older.start <= older.end == newer.start <= newer.end <= at
    for span in (newer, older):
        assert _begins_with_its_day(span, zone)


def _begins_with_its_day(span: Span, zone: str) -> bool:
    """Tell whether the span begins where its first day does: a moment before, the clock showed another day."""
    local = span.start.astimezone(ZoneInfo(zone))
    before = (span.start - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    return before.date() < span.first <= local.date()
