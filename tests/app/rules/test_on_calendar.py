"""OnCalendar expressions: which are accepted, and the times that they name (section 10 of specs/healthchecks.md)."""

import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.cron import MAX_EXPRESSION_LENGTH
from app.rules.on_calendar import OnCalendarExpression
from tests.app.rules.plain_on_calendar import any_line

UTC_ZONE = ZoneInfo("UTC")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

TIMES = [
    # Words for whole lines.
    ("minutely", ["2026-01-01 00:01:00", "2026-01-01 00:02:00"]),
    ("Hourly", ["2026-01-01 01:00:00", "2026-01-01 02:00:00"]),
    ("daily", ["2026-01-02 00:00:00", "2026-01-03 00:00:00"]),
    ("weekly", ["2026-01-05 00:00:00", "2026-01-12 00:00:00"]),
    ("monthly", ["2026-02-01 00:00:00", "2026-03-01 00:00:00"]),
    ("quarterly", ["2026-04-01 00:00:00", "2026-07-01 00:00:00"]),
    ("semiannually", ["2026-07-01 00:00:00", "2027-01-01 00:00:00"]),
    ("yearly", ["2027-01-01 00:00:00", "2028-01-01 00:00:00"]),
    ("ANNUALLY", ["2027-01-01 00:00:00", "2028-01-01 00:00:00"]),
    # Each part alone, and what the absent ones mean.
    ("Mon", ["2026-01-05 00:00:00", "2026-01-12 00:00:00"]),
    ("2-14", ["2026-02-14 00:00:00", "2027-02-14 00:00:00"]),
    ("*-*-* 12:34", ["2026-01-01 12:34:00", "2026-01-02 12:34:00"]),
    ("*:*:0/30", ["2026-01-01 00:00:30", "2026-01-01 00:01:00"]),
    ("05:40:01", ["2026-01-01 05:40:01", "2026-01-02 05:40:01"]),
    # Lists, ranges, steps.
    ("*:0/20", ["2026-01-01 00:20:00", "2026-01-01 00:40:00", "2026-01-01 01:00:00"]),
    ("3..4:1..9/4", ["2026-01-01 03:01:00", "2026-01-01 03:05:00", "2026-01-01 03:09:00", "2026-01-01 04:01:00"]),
    ("Mon..Tue,sat 0:0", ["2026-01-03 00:00:00", "2026-01-05 00:00:00", "2026-01-06 00:00:00"]),
    ("Mon-Tuesday, 0:0", ["2026-01-05 00:00:00", "2026-01-06 00:00:00", "2026-01-12 00:00:00"]),
    ("27..2028/1-1-1", ["2027-01-01 00:00:00", "2028-01-01 00:00:00"]),
    # From the end of the month.
    ("*~1", ["2026-01-31 00:00:00", "2026-02-28 00:00:00", "2026-03-31 00:00:00"]),
    ("Sun *-*~7/1", ["2026-01-25 00:00:00", "2026-02-22 00:00:00"]),
    ("2~1..2", ["2026-02-27 00:00:00", "2026-02-28 00:00:00", "2027-02-27 00:00:00"]),
    # A zone at the end of the line.
    ("12:34 Europe/Riga", ["2026-01-01 10:34:00", "2026-01-02 10:34:00"]),
    ("daily Asia/Calcutta", ["2026-01-01 18:30:00", "2026-01-02 18:30:00"]),
    # Several lines.
    ("00:00\n12:00\n12:00 Asia/Tokyo", ["2026-01-01 03:00:00", "2026-01-01 12:00:00", "2026-01-02 00:00:00"]),
    ("2020-01-01\n2-30\n2-14", ["2026-02-14 00:00:00", "2027-02-14 00:00:00"]),
    # Leap days, and days that are a day of the week too.
    ("2-29", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
    ("Mon 2-29", ["2044-02-29 00:00:00", "2072-02-29 00:00:00"]),
    ("Fri *-*-13", ["2026-02-13 00:00:00", "2026-03-13 00:00:00", "2026-11-13 00:00:00"]),
    # White space around and between.
    ("  Mon \t 12:34  \n", ["2026-01-05 12:34:00", "2026-01-12 12:34:00"]),
    ("\r\n 06:00 \r\n\t18:00   UTC\r\n", ["2026-01-01 06:00:00", "2026-01-01 18:00:00"]),
    ("2199-12-31 23:59:59", ["2199-12-31 23:59:59"]),
]

REFUSED = [
    *("", " ", "\n", "*", "surprise", "@daily", "daily surprise", "daily 12:00", "Mon *-*-* *:*:* surprise", "UTC"),
    *("UTC UTC", "12:00 Mars/Base", "12:00 utc", "12:00 Europe", "12:00 localtime", "12:00 ../UTC", "UTC 12:00"),
    *("12:00\n\n13:00", "12:00\nnonsense", "12:00;13:00", "12:00 ; 13:00", ";", "12:00:00.5", "*:*:0/0.5", "12:00.5"),
    *("24:00", "12:60", "12:00:60", "13-1", "1-32", "1-0", "0-1", "1969-1-1", "2200-1-1", "100-1-1", "1~29", "1~0"),
    *("*:*/5", "*:1,*", "*:*..5", "*-*/2-1", "* 1-1", "Mon/2", "*,Mon 1-1", "*:0/0", "*:5..1", "Fri..Mon", "Mon,,Tue"),
    *(
        "12",
        "12:",
        ":12",
        "1:2:3:4",
        "1-2-3-4",
        "1--2",
        "1-",
        "-1",
        "~1",
        "1~~2",
        "1-~1,",
        ",Mon",
        "Mo",
        "Mondays",
        "0/5",
    ),
    *("1_0:00", "+1:00", "1e1:00", "0x1:00", "*:1..1..1", "*:1/2/3", "*:/5", "*:5/", "٣:00", "\u017fun", "wee\u212aly"),
    *("12:00\xa0UTC", "Mon\u200312:00", "12:00\x00", "12:00 \x00", "12:00 " + "../" * 10 + "etc/passwd"),
    # Dates that never come, or came before 2000-01-02.
    *("*-02-30", "*-4,6-31", "1999-12-31", "2000-01-01", "70..99-1-1", "1/2-2-29", "Mon 2000-2-29", "2-30\n2-31"),
    "2026-03-29 03:30 Europe/Riga",
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_times_of_an_expression(text, expected):
    expression, times = OnCalendarExpression.parse(text), [NEW_YEAR]

    for _ in expected:
        times.append(expression.next_after(times[-1], UTC_ZONE))

    assert [f"{time:%Y-%m-%d %H:%M:%S}" for time in times[1:]] == expected


@pytest.mark.parametrize("text", REFUSED)
def test_expression_that_is_refused(text):
    with pytest.raises(InvalidInput):
        OnCalendarExpression.parse(text)


def test_length_is_bounded():
    padding = " " * (MAX_EXPRESSION_LENGTH - len("daily"))

    accepted = OnCalendarExpression.parse("daily" + padding)

    assert accepted.next_after(NEW_YEAR, UTC_ZONE) == NEW_YEAR + timedelta(days=1)
    with pytest.raises(InvalidInput):
        OnCalendarExpression.parse("daily" + padding + " ")


def test_occurrence_at_the_very_instant_is_not_later():
    expression = OnCalendarExpression.parse("03:00:30")
    due = NEW_YEAR.replace(hour=3, second=30)

    assert expression.next_after(due - timedelta(microseconds=1), UTC_ZONE) == due
    assert expression.next_after(due, UTC_ZONE) == due + timedelta(days=1)
    assert expression.next_after(due + timedelta(microseconds=1), UTC_ZONE) == due + timedelta(days=1)


def test_the_zone_of_a_line_beats_that_of_the_check():
    due = OnCalendarExpression.parse("12:00\n12:00 Asia/Tokyo").next_after(NEW_YEAR, ZoneInfo("Europe/Riga"))
    later = OnCalendarExpression.parse("12:00 Asia/Tokyo").next_after(due, ZoneInfo("Europe/Riga"))

    assert (due, later) == (NEW_YEAR.replace(hour=3), NEW_YEAR.replace(day=2, hour=3))


@pytest.mark.parametrize("after", ["2020-01-01", "2026-01-01", "2199-12-31T23:59:59", "2200-01-01", "9999-12-31T23:59"])
def test_a_schedule_that_is_over_names_nothing(after):
    expression = OnCalendarExpression.parse("2020-01-01")

    assert expression.next_after(datetime.fromisoformat(after).replace(tzinfo=UTC), ZoneInfo("Asia/Tokyo")) is None


def test_nothing_is_due_where_the_calendar_ends():
    last = datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)

    assert OnCalendarExpression.parse("*:*:*").next_after(last, UTC_ZONE) is None
    assert OnCalendarExpression.parse("*:*:*").next_after(datetime.max.replace(tzinfo=UTC), UTC_ZONE) is None


def test_expression_remembers_no_walk():
    expression = OnCalendarExpression.parse("daily")

    first = expression.next_after(NEW_YEAR, UTC_ZONE)
    expression.next_after(NEW_YEAR + timedelta(days=300), UTC_ZONE)

    assert expression.next_after(NEW_YEAR, UTC_ZONE) == first


SEARCHED_LONG = [
    # Without a bound the library looks at each day of these months until 2200.
    "\n".join(f"2,4,6,9,11-31 0:{minute}" for minute in range(5)),
    "\n".join(f"1/2-2-29 0:{minute}" for minute in range(7)),
    "\n".join(f"{weekday} 4,5/4-2-29" for weekday in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat")),
    # Every last Sunday of March this falls into the gap.
    "\n".join(f"Sun 3-25..31 3:{minute}" for minute in range(5)),
    "\n".join(f"0:{minute}" for minute in range(18)),
    "Mon 2-29 23:59:59\n1970..2198-2-29 0:0",
]


@pytest.mark.parametrize("text", SEARCHED_LONG)
def test_a_search_is_short_however_seldom_a_date_comes(text):
    def search():
        try:
            expression = OnCalendarExpression.parse(text)
        except InvalidInput:
            return
        expression.next_after(NEW_YEAR, ZoneInfo("Europe/Riga"))

    assert calls_of(search) < 70_000


def calls_of(function):
    """Count the calls, of Python and of C, that a function leads to."""
    count = 0

    def counted(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


SCRAPS = st.sampled_from(
    [
        *"01259*/-~,.: \t\n;",
        "..",
        "Mon",
        "sun",
        "daily",
        "UTC",
        " Europe/Riga",
        "*-",
        "0/2",
        "2-29",
        "12:00",
        "é",
        "\x1c",
    ]
)


@settings(deadline=None, max_examples=1500)
@given(text=st.lists(SCRAPS, max_size=40).map("".join) | st.text(max_size=MAX_EXPRESSION_LENGTH + 1))
@example(text="Mon," + "," * 96)
@example(text="0:" + "9" * 98)
@example(text="0:0/" + "9" * 96)
def test_any_text_is_read_or_refused(text):
    try:
        expression = OnCalendarExpression.parse(text)
    except InvalidInput:
        return
    due = expression.next_after(NEW_YEAR, UTC_ZONE)
    assert due is None or NEW_YEAR < due < datetime(2200, 1, 2, tzinfo=UTC)


@settings(deadline=None, max_examples=300)
@given(line=any_line(st.just("")), start=st.dates(date(2000, 1, 1), date(2070, 1, 1)))
def test_dates_read_plainly_day_by_day(line, start):
    horizon = [start + timedelta(days=n) for n in range(1, 500)]
    expected = next((day for day in horizon if line.on_date(day)), None)
    last_second = datetime.combine(start, time(23, 59, 59), UTC)
    try:
        due = OnCalendarExpression.parse(line.text).next_after(last_second, UTC_ZONE)
    except InvalidInput:
        assert expected is None
        return

    if expected:
        assert due == datetime.combine(expected, line.first_time(), UTC)
    else:
        assert due is None or due.date() > horizon[-1]
