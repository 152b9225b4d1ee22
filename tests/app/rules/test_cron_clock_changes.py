"""Cron over changes of the clock: the table of section 10, then its plain reading minute by minute."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings

from app.errors import InvalidInput
from app.rules.cron import CronExpression
from tests.app.rules.clock_changes import CHANGES, HALF_WINDOW, INSTANTS, MINUTE, ticks
from tests.app.rules.plain_reading import Schedule, any_schedule, daily_schedule, occurrences

RIGA = ZoneInfo("Europe/Riga")
SPRING = [
    # What falls in the gap from 03:00 to 04:00 runs once, right after it.
    ("30 3 * * *", ["29T01:00", "30T00:30"]),
    ("0 3 * * *", ["29T01:00", "30T00:00"]),
    ("15-45/15 3 * * *", ["29T01:00", "30T00:15", "30T00:30"]),
    ("30 2,3,4 * * *", ["29T00:30", "29T01:00", "29T01:30", "29T23:30"]),
    ("0 3,4 * * *", ["29T01:00", "30T00:00"]),
    # A star follows real time, and the hour of the gap never comes.
    ("*/15 3 * * *", ["30T00:00", "30T00:15"]),
    ("* 3 * * *", ["30T00:00", "30T00:01"]),
    ("30 * * * *", ["28T22:30", "28T23:30", "29T00:30", "29T01:30"]),
    ("0 */2 * * *", ["28T22:00", "29T00:00", "29T01:00", "29T03:00"]),
]
AUTUMN = [
    # What falls in the repeated hour, 03:00 to 04:00, runs once, the first time.
    ("30 3 * * *", ["25T00:30", "26T01:30"]),
    ("0 4 * * *", ["25T02:00", "26T02:00"]),
    ("0,30 3,4 * * *", ["25T00:00", "25T00:30", "25T02:00", "25T02:30", "26T01:00"]),
    # A star follows real time and runs in both.
    ("30 * * * *", ["24T22:30", "24T23:30", "25T00:30", "25T01:30", "25T02:30"]),
    ("*/30 * * * *", ["24T22:30", "24T23:00", "24T23:30", "25T00:00", "25T00:30", "25T01:00", "25T01:30", "25T02:00"]),
    ("*/30 3 * * *", ["25T00:00", "25T00:30", "25T01:00", "25T01:30", "26T01:00"]),
    ("0 */2 * * *", ["24T23:00", "25T02:00", "25T04:00"]),
]


def run_times(text: str, start: datetime, zone: ZoneInfo, count: int) -> list[datetime]:
    expression, times = CronExpression.parse(text), [start]
    while len(times) <= count:
        due = expression.next_after(times[-1], zone)
        assert due is not None
        assert due.tzinfo is UTC
        times.append(due)
    return times[1:]


@pytest.mark.parametrize(("text", "expected"), SPRING)
def test_hour_that_the_clock_skips(text, expected):
    start = datetime(2026, 3, 28, 22, 0, tzinfo=UTC) - MINUTE

    times = run_times(text, start, RIGA, len(expected))

    assert [f"{time:%dT%H:%M}" for time in times] == expected


@pytest.mark.parametrize(("text", "expected"), AUTUMN)
def test_hour_that_the_clock_repeats(text, expected):
    start = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)

    times = run_times(text, start, RIGA, len(expected))

    assert [f"{time:%dT%H:%M}" for time in times] == expected


def test_ping_between_the_two_passes_does_not_run_a_fixed_job_again():
    second_pass = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)

    due = CronExpression.parse("30 3 * * *").next_after(second_pass, RIGA)

    assert due == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_day_that_a_zone_skipped_runs_a_fixed_job_at_its_end():
    samoa_before_the_date_line_moved = datetime(2011, 12, 29, 12, 0, tzinfo=UTC)

    due = CronExpression.parse("30 12 30 12 *").next_after(samoa_before_the_date_line_moved, ZoneInfo("Pacific/Apia"))

    assert due == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(("name", "change"), CHANGES)
@settings(deadline=None, max_examples=200)
@given(schedule=daily_schedule() | any_schedule(), offsets=INSTANTS)
def test_every_schedule_reads_plainly_around_a_change(name, change, schedule, offsets):
    assume(is_possible(schedule))
    zone, end = ZoneInfo(name), change + HALF_WINDOW
    expected = occurrences(schedule, ticks(zone, change - HALF_WINDOW, end))
    expression = CronExpression.parse(schedule.text)

    for instant in (change + offset for offset in offsets):
        due = expression.next_after(instant, zone)

        later = [time for time in expected if time > instant]
        assert due is not None
        assert due == later[0] if later else due >= end


def is_possible(schedule: Schedule) -> bool:
    try:
        CronExpression.parse(schedule.text)
    except InvalidInput:
        return False
    return True
