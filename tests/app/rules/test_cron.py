"""Cron expressions: which are accepted, and the dates that they name (section 10 of specs/healthchecks.md)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.cron import MAX_EXPRESSION_LENGTH, CronExpression
from tests.app.rules.plain_reading import any_schedule

UTC_ZONE = ZoneInfo("UTC")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

DATES = [
    # Lists, ranges, steps, names.
    ("*/20 * * * *", ["2026-01-01 00:20", "2026-01-01 00:40", "2026-01-01 01:00"]),
    ("5/15 0 * * *", ["2026-01-01 00:05", "2026-01-01 00:20", "2026-01-01 00:35", "2026-01-01 00:50"]),
    ("1-9/2 3 * * *", ["2026-01-01 03:01", "2026-01-01 03:03", "2026-01-01 03:05", "2026-01-01 03:07"]),
    ("5-5 4-4 * * *", ["2026-01-01 04:05", "2026-01-02 04:05"]),
    ("59/15 * * * *", ["2026-01-01 00:59", "2026-01-01 01:59"]),
    ("0 0 1 Feb,jUN *", ["2026-02-01 00:00", "2026-06-01 00:00", "2027-02-01 00:00"]),
    ("0 0 * * mon-Wed", ["2026-01-05 00:00", "2026-01-06 00:00", "2026-01-07 00:00", "2026-01-12 00:00"]),
    # Sunday is 0 and 7.
    ("0 0 * * 0", ["2026-01-04 00:00", "2026-01-11 00:00"]),
    ("0 0 * * 7", ["2026-01-04 00:00", "2026-01-11 00:00"]),
    ("0 0 * * 6-7", ["2026-01-03 00:00", "2026-01-04 00:00", "2026-01-10 00:00"]),
    ("0 0 * * */7", ["2026-01-04 00:00", "2026-01-11 00:00"]),
    # The last day, the last Monday to Friday, the last and the n-th of a weekday.
    ("0 0 L * *", ["2026-01-31 00:00", "2026-02-28 00:00", "2026-03-31 00:00", "2026-04-30 00:00"]),
    ("0 0 L 2 *", ["2026-02-28 00:00", "2027-02-28 00:00", "2028-02-29 00:00"]),
    ("0 0 15,L * *", ["2026-01-15 00:00", "2026-01-31 00:00", "2026-02-15 00:00", "2026-02-28 00:00"]),
    (
        "0 0 LW * *",
        ["2026-01-30 00:00", "2026-02-27 00:00", "2026-03-31 00:00", "2026-04-30 00:00", "2026-05-29 00:00"],
    ),
    ("0 0 1,lw * *", ["2026-01-30 00:00", "2026-02-01 00:00", "2026-02-27 00:00", "2026-03-01 00:00"]),
    ("0 0 * * 5L", ["2026-01-30 00:00", "2026-02-27 00:00"]),
    ("0 0 * * 7L", ["2026-01-25 00:00", "2026-02-22 00:00"]),
    ("0 0 * * 1#2", ["2026-01-12 00:00", "2026-02-09 00:00"]),
    ("0 0 * * MON#5", ["2026-03-30 00:00", "2026-06-29 00:00"]),
    ("0 0 * * wed,1#2", ["2026-01-07 00:00", "2026-01-12 00:00", "2026-01-14 00:00"]),
    # Both day fields restricted: either of them will do.
    ("0 0 15 * MON", ["2026-01-05 00:00", "2026-01-12 00:00", "2026-01-15 00:00", "2026-01-19 00:00"]),
    ("0 0 15 * 1#2", ["2026-01-12 00:00", "2026-01-15 00:00", "2026-02-09 00:00"]),
    ("0 0 30 2 MON", ["2026-02-02 00:00", "2026-02-09 00:00"]),
    ("0 0 1-31 * MON", ["2026-01-02 00:00", "2026-01-03 00:00"]),
    # One of them starts with a star: both have to agree.
    ("0 0 */10 * MON", ["2026-05-11 00:00", "2026-06-01 00:00", "2026-08-31 00:00"]),
    ("0 0 1-7 * */7", ["2026-01-04 00:00", "2026-02-01 00:00", "2026-03-01 00:00"]),
    ("0 0 */100,1-7 * 1", ["2026-01-05 00:00", "2026-02-02 00:00"]),
    # Leap days.
    ("0 0 29 2 *", ["2028-02-29 00:00", "2032-02-29 00:00"]),
    ("0 0 29 2 */7", ["2032-02-29 00:00", "2060-02-29 00:00"]),
    # White space around and between.
    ("  0\t0  1 1 * \n", ["2027-01-01 00:00", "2028-01-01 00:00"]),
]

REFUSED = [
    *("", " ", "*", "* * * *", "* * * * * *", "0 * * * * *", "* * * * * 2026", "@daily", "daily", "*-*-* 03:00"),
    *("? * * * *", "* * ? * *", "* * * * ?", "H * * * *", "R * * * *", "H/5 * * * *", "H(0-9) * * * *"),
    *("* * 15W * *", "* * W * *", "* * L-1 * *", "* * WL * *", "* * 1-L * *", "* * L/2 * *", "* L * * *", "* * * L *"),
    *("* * * * L", "* * * * MONL", "* * * * L5", "* * * * 8L", "* * * * 5L-6", "* * * * 5L/2"),
    *("* * * * 1#0", "* * * * 1#6", "* * * * 8#1", "* * * * #1", "* * * * 1#", "* * * * 1#2#3", "* * * * *#1"),
    *("* * * * 1-2#1", "* * 1#2 * *"),
    *("* 22-2 * * *", "30-10 * * * *", "* * * DEC-JAN *", "* * * * FRI-MON", "* * * * sat-sun"),
    *("*/0 * * * *", "5/0 * * * *", "*/ * * * *", "/5 * * * *", "*/5/5 * * * *", "*/-5 * * * *", "*/x * * * *"),
    *(
        "1,,2 * * * *",
        ",1 * * * *",
        "1, * * * *",
        ", * * * *",
        "- * * * *",
        "1- * * * *",
        "-1 * * * *",
        "1-2-3 * * * *",
    ),
    *("60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *", "* * * 13 *", "* * * * 8", "0-60 * * * *"),
    *(
        "*-5 * * * *",
        "** * * * *",
        "5* * * * *",
        "1.5 * * * *",
        "+1 * * * *",
        "1_0 * * * *",
        "0x1 * * * *",
        "¹ * * * *",
    ),
    *("٣ * * * *", "* * * * \u017fun", "JAN * * * *", "* * * MON *", "* * * JANUARY *", "* * * * JAN"),
    *("0 0\n1 1 *", "0 0 1 1\x0b2 *", "0\xa00 * * *", "* * * * *\n* * * * *", "0 0 1\x002 * *"),
    # Dates that never come.
    *("0 0 30 2 *", "0 0 31 2,4,6,9,11 *", "0 0 30 2 *,1", "0 0 */100 * MON#4", "0 0 LW * */6,6"),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_dates_of_an_expression(text, expected):
    expression, times = CronExpression.parse(text), [NEW_YEAR]

    for _ in expected:
        times.append(expression.next_after(times[-1], UTC_ZONE))

    assert [f"{time:%Y-%m-%d %H:%M}" for time in times[1:]] == expected


@pytest.mark.parametrize("text", REFUSED)
def test_expression_that_is_refused(text):
    with pytest.raises(InvalidInput):
        CronExpression.parse(text)


def test_length_is_bounded():
    padding = " " * (MAX_EXPRESSION_LENGTH - len("0 0 * * *"))

    accepted = CronExpression.parse("0 0 * * *" + padding)

    assert accepted.next_after(NEW_YEAR, UTC_ZONE) == NEW_YEAR + timedelta(days=1)
    with pytest.raises(InvalidInput):
        CronExpression.parse("0 0 * * *" + padding + " ")


def test_occurrence_at_the_very_instant_is_not_later():
    expression = CronExpression.parse("0 3 * * *")
    three = NEW_YEAR.replace(hour=3)

    assert expression.next_after(three - timedelta(microseconds=1), UTC_ZONE) == three
    assert expression.next_after(three, UTC_ZONE) == three + timedelta(days=1)
    assert expression.next_after(three + timedelta(microseconds=1), UTC_ZONE) == three + timedelta(days=1)


def test_hours_are_those_of_the_zone():
    due = CronExpression.parse("0 3 * * *").next_after(NEW_YEAR, ZoneInfo("Asia/Tokyo"))

    assert due == datetime(2026, 1, 1, 18, 0, tzinfo=UTC)


def test_nothing_is_due_where_the_calendar_ends():
    assert CronExpression.parse("* * * * *").next_after(datetime.max.replace(tzinfo=UTC), UTC_ZONE) is None


def test_forty_years_without_a_leap_day_on_sunday_are_passed():
    due = CronExpression.parse("0 0 29 2 */7").next_after(datetime(2088, 3, 1, tzinfo=UTC), UTC_ZONE)

    assert due == datetime(2128, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize("weekday", range(7))
def test_leap_day_on_any_weekday_comes(weekday):
    fifth_in_february = CronExpression.parse(f"0 0 * 2 {weekday}#5")

    due = fifth_in_february.next_after(NEW_YEAR, UTC_ZONE)

    assert (due.month, due.day, due.isoweekday() % 7) == (2, 29, weekday)


def test_expression_remembers_no_walk():
    expression = CronExpression.parse("0 0 * * *")

    first = expression.next_after(NEW_YEAR, UTC_ZONE)
    expression.next_after(NEW_YEAR + timedelta(days=300), UTC_ZONE)

    assert expression.next_after(NEW_YEAR, UTC_ZONE) == first


SCRAPS = st.sampled_from([*"0159*/-,#LW?HR@ \t\n", "MON", "jan", "5L", "1#2", "LW", "*/", "60", "00", "é", "٣", "\x1c"])
FIELDS = st.lists(st.lists(SCRAPS, min_size=1, max_size=4).map("".join), min_size=4, max_size=6).map(" ".join)


@settings(deadline=None, max_examples=800)
@given(text=FIELDS | st.text(max_size=120))
def test_any_text_is_read_or_refused(text):
    try:
        expression = CronExpression.parse(text)
    except InvalidInput:
        return
    due = expression.next_after(NEW_YEAR, UTC_ZONE)
    assert due is not None
    assert NEW_YEAR < due < NEW_YEAR + timedelta(days=41 * 366)


@settings(deadline=None, max_examples=300)
@given(schedule=any_schedule(), start=st.dates(date(2000, 1, 1), date(2150, 1, 1)))
def test_dates_read_plainly_day_by_day(schedule, start):
    horizon = [start + timedelta(days=n) for n in range(1, 500)]
    expected = next((day for day in horizon if schedule.on_date(day)), None)
    last_minute = datetime.combine(start, time(23, 59), UTC)
    try:
        due = CronExpression.parse(schedule.text).next_after(last_minute, UTC_ZONE)
    except InvalidInput:
        assert expected is None
        return

    assert due is not None
    assert due.date() == expected if expected else due.date() > horizon[-1]
    assert schedule.at(due)
