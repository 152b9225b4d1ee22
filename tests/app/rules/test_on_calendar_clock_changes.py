"""OnCalendar over changes of the clock: what section 10 says of them, then its plain reading minute by minute."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.cron import MAX_EXPRESSION_LENGTH
from app.rules.on_calendar import OnCalendarExpression
from tests.app.rules.clock_changes import CHANGES, HALF_WINDOW, INSTANTS
from tests.app.rules.plain_on_calendar import any_line, daily_line, watched

RIGA = ZoneInfo("Europe/Riga")
TIMES = [
    # The hour from 03:00 to 04:00 never comes, and what falls in it is dropped.
    ("03:30", "2026-03-28T22:00:00", ["03-30T00:30:00"]),
    ("*:30", "2026-03-29T00:00:00", ["03-29T00:30:00", "03-29T01:30:00"]),
    ("*:*:0/30", "2026-03-29T00:59:00", ["03-29T00:59:30", "03-29T01:00:00"]),
    ("3-29 03:00", "2026-01-01T00:00:00", ["03-29T00:00:00"]),
    ("03:30 Europe/Riga\n03:45 UTC", "2026-03-28T22:00:00", ["03-29T03:45:00", "03-30T00:30:00"]),
    # The hour from 03:00 to 04:00 is repeated, and what falls in it runs the first time.
    ("hourly", "2026-10-25T00:10:00", ["10-25T02:00:00"]),
    ("03:30", "2026-10-24T22:00:00", ["10-25T00:30:00", "10-26T01:30:00"]),
    ("*:*:59", "2026-10-25T00:58:59", ["10-25T00:59:59", "10-25T02:00:59"]),
    # A ping between the two passes finds the repeated hour done.
    ("*:30", "2026-10-25T01:10:00", ["10-25T02:30:00"]),
    ("04:00", "2026-10-25T01:59:59", ["10-25T02:00:00"]),
    ("*:30\n*:45 UTC", "2026-10-25T01:10:00", ["10-25T01:45:00", "10-25T02:30:00"]),
]


@pytest.mark.parametrize(("text", "start", "expected"), TIMES)
def test_times_over_a_change(text, start, expected):
    expression, times = OnCalendarExpression.parse(text), [datetime.fromisoformat(start).replace(tzinfo=UTC)]

    for _ in expected:
        times.append(expression.next_after(times[-1], RIGA))

    assert [f"{time:%m-%dT%H:%M:%S}" for time in times[1:]] == expected
    assert all(time.tzinfo is UTC for time in times)


def test_what_falls_into_a_gap_every_time_never_comes():
    last_sundays_of_march = OnCalendarExpression.parse("Sun 3-25..31 03:30")

    assert last_sundays_of_march.next_after(datetime(2026, 1, 1, tzinfo=UTC), RIGA) is None


def test_the_day_that_a_zone_skipped_is_dropped():
    samoa_before_the_date_line_moved = datetime(2011, 12, 29, 12, 0, tzinfo=UTC)

    due = OnCalendarExpression.parse("12-30..31 12:30").next_after(
        samoa_before_the_date_line_moved, ZoneInfo("Pacific/Apia")
    )

    assert due == datetime(2011, 12, 30, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(("name", "change"), CHANGES)
@settings(deadline=None, max_examples=100)
@given(lines=st.lists(daily_line() | any_line(), min_size=1, max_size=2), offsets=INSTANTS)
def test_every_schedule_reads_plainly_around_a_change(name, change, lines, offsets):
    text = "\n".join(line.text for line in lines)
    assume(is_possible(text))
    zone, end = ZoneInfo(name), change + HALF_WINDOW
    plain = [watched(line, zone, change - HALF_WINDOW, end) for line in lines]
    expression = OnCalendarExpression.parse(text)

    for instant in (change + offset for offset in offsets):
        due = expression.next_after(instant, zone)

        expected = [time for line in plain if (time := line.next_after(instant))]
        assert due == min(expected) if expected else due is None or due >= end


def is_possible(text: str) -> bool:
    if len(text) > MAX_EXPRESSION_LENGTH:
        return False
    try:
        OnCalendarExpression.parse(text)
    except InvalidInput:
        return False
    return True
