"""The time that a report covers: every sentence of section 11 of specs/apiscience.md that speaks of it."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.rules.report_periods import MOST_BUCKETS, Resolution, bucket_edges, parse_instant, report_period

NOW = datetime(2014, 9, 5, 19, 38, 36, 842_917, tzinfo=UTC)
NOW_MS = NOW.replace(microsecond=842_000)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def refused(**parameters: str | None) -> tuple[str, ...]:
    with pytest.raises(InvalidInput) as caught:
        report_period(**parameters)
    return caught.value.path


@pytest.mark.parametrize(
    ("preset", "resolution", "word", "step", "count"),
    [
        ("lastDay", None, "hour", HOUR, 24),
        ("lastWeek", None, "day", DAY, 7),
        ("lastDay", "day", "day", DAY, 1),
        ("lastWeek", "hour", "hour", HOUR, 168),
        ("lastWeek", "hourly", "hour", HOUR, 168),
        ("lastWeek", "weekly", "week", WEEK, 1),
    ],
)
def test_a_preset_ends_now_with_its_milliseconds_and_steps_back(preset, resolution, word, step, count):
    period = report_period(preset=preset, resolution=resolution)
    edges = period.edges(NOW)

    assert period.resolution == word
    assert edges[-1] == NOW_MS
    assert len(edges) == count + 1
    assert {end - start for start, end in pairwise(edges)} == {step}


def test_a_preset_shorter_than_a_bucket_has_one_that_is_cut():
    assert report_period(preset="lastDay", resolution="week").edges(NOW) == (NOW_MS - DAY, NOW_MS)


def test_a_preset_ignores_start_and_end_whatever_they_say():
    assert report_period(preset="lastDay", start="2014-09-01", end="nonsense").edges(NOW)[-1] == NOW_MS


def test_the_documents_own_example_gives_24_hours():
    edges = report_period(start="2014-09-01", end="2014-09-02", resolution="hour").edges(NOW)

    assert edges == tuple(utc(2014, 9, 1) + HOUR * number for number in range(25))


def test_explicit_windows_step_from_the_start_and_the_last_bucket_is_cut_at_the_end():
    edges = report_period(start="2014-09-01T10:30", end="2014-09-01T13:00", resolution="hour").edges(NOW)

    assert edges == (
        utc(2014, 9, 1, 10, 30),
        utc(2014, 9, 1, 11, 30),
        utc(2014, 9, 1, 12, 30),
        utc(2014, 9, 1, 13, 0),
    )


def test_a_week_is_seven_days_from_the_start_and_no_calendar_week():
    edges = report_period(start="2014-09-03", end="2014-09-20", resolution="week").edges(NOW)

    assert edges == (utc(2014, 9, 3), utc(2014, 9, 10), utc(2014, 9, 17), utc(2014, 9, 20))


@pytest.mark.parametrize(
    ("text", "resolution"),
    [("hour", "hour"), ("hourly", "hour"), ("day", "day"), ("daily", "day"), ("week", "week"), ("weekly", "week")],
)
def test_both_tables_names_of_resolutions_are_taken(text, resolution):
    period = report_period(start="2014-09-01", end="2014-09-02", resolution=text)

    assert period.resolution is Resolution(resolution)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2014", utc(2014, 1, 1)),
        ("2014-09", utc(2014, 9, 1)),
        ("2014-09-01", utc(2014, 9, 1)),
        ("20140901", utc(2014, 9, 1)),
        ("2014-W36-1", utc(2014, 9, 1)),
        ("2014-09-01T18", utc(2014, 9, 1, 18)),
        ("2014-09-01T18:30", utc(2014, 9, 1, 18, 30)),
        ("2014-09-01 18:30", utc(2014, 9, 1, 18, 30)),
        ("2014-09-01T18:30:05", utc(2014, 9, 1, 18, 30, 5)),
        ("2014-09-01T18:30:05Z", utc(2014, 9, 1, 18, 30, 5)),
        ("2014-09-01t18:30:05z", utc(2014, 9, 1, 18, 30, 5)),
        ("20140901T183005Z", utc(2014, 9, 1, 18, 30, 5)),
        ("2014-09-04T19:38:36.842Z", utc(2014, 9, 4, 19, 38, 36, 842_000)),
        ("2014-09-04T19:38:36,842Z", utc(2014, 9, 4, 19, 38, 36, 842_000)),
        ("2014-09-04T19:38:36.842999Z", utc(2014, 9, 4, 19, 38, 36, 842_000)),
        ("2014-09-05T12:38:36-07:00", utc(2014, 9, 5, 19, 38, 36)),
        ("2014-09-05T12:38:36-0700", utc(2014, 9, 5, 19, 38, 36)),
        ("2014-09-05T12:38:36-07", utc(2014, 9, 5, 19, 38, 36)),
        ("2014-09-05T12:38:36+02:00", utc(2014, 9, 5, 10, 38, 36)),
        ("2014-09-05T12:38:36 02:00", utc(2014, 9, 5, 10, 38, 36)),
        ("2014-09-05T12:38:36.500 0200", utc(2014, 9, 5, 10, 38, 36, 500_000)),
        ("2014-09-05T12:38 02", utc(2014, 9, 5, 10, 38)),
        ("2014-09-05 12:38 02:00", utc(2014, 9, 5, 10, 38)),
        ("0001-01-01", utc(1, 1, 1)),
        ("9999-12-31T23:59:59.999999", utc(9999, 12, 31, 23, 59, 59, 999_000)),
    ],
)
def test_dates_of_iso_8601_are_read_as_utc_unless_they_say_otherwise(text, instant):
    assert parse_instant(text) == instant
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "14-09-01",
        "2014-9-1",
        "2014-13",
        "2014-00",
        "0000",
        "2014-02-30",
        "2014-09-01T",
        "2014-09-01T25:00",
        "2014-09-01x18:00",
        "2014-09-01T18:00 CET",
        "2014-09-01T18:00+99:00",
        "\uff12\uff10\uff11\uff14-09-01",
        "1409529600",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:00:00-14:00",
        "2014-09-01\x00",
        pytest.param("-" * 5000, id="endless"),
    ],
)
def test_what_is_no_date_is_refused_by_the_name_of_its_parameter(text):
    assert refused(start=text, end="2014-09-02", resolution="hour") == ("start",)
    assert refused(start="2014-09-01", end=text, resolution="hour") == ("end",)


@pytest.mark.parametrize("missing", ["start", "end", "resolution"])
@pytest.mark.parametrize("value", [None, ""], ids=["absent", "empty"])
def test_start_end_and_resolution_are_required_without_a_preset(missing, value):
    whole: dict[str, str | None] = {"start": "2014-09-01", "end": "2014-09-02", "resolution": "hour"}

    assert refused(**whole | {missing: value}) == (missing,)


@pytest.mark.parametrize(
    ("parameters", "path"),
    [
        ({"preset": "lastMonth"}, "preset"),
        ({"preset": ""}, "preset"),
        ({"preset": "lastDay", "resolution": "minute"}, "resolution"),
        ({"start": "2014-09-01", "end": "2014-09-02", "resolution": "month"}, "resolution"),
        ({"start": "2014-09-02", "end": "2014-09-02", "resolution": "day"}, "start"),
        ({"start": "2014-09-03", "end": "2014-09-02", "resolution": "day"}, "start"),
        ({"start": "2014-09-01T00:00:00.0001", "end": "2014-09-01T00:00:00.0009", "resolution": "day"}, "start"),
        ({"start": "0001", "end": "9999", "resolution": "week"}, "resolution"),
    ],
)
def test_what_cannot_be_names_the_parameter(parameters, path):
    assert refused(**parameters) == (path,)


def test_two_thousand_buckets_are_the_most():
    start = utc(2014, 1, 1)

    assert len(bucket_edges(start, start + HOUR * MOST_BUCKETS, HOUR)) == MOST_BUCKETS + 1
    with pytest.raises(InvalidInput, match="2001 entries"):
        bucket_edges(start, start + HOUR * MOST_BUCKETS + timedelta(milliseconds=1), HOUR)


def test_the_ends_of_time_do_not_overflow():
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

    assert bucket_edges(first, first + HOUR, WEEK) == (first, first + HOUR)
    assert bucket_edges(last - HOUR, last, WEEK) == (last - HOUR, last)


@given(st.text(max_size=40))
def test_any_text_is_an_instant_or_is_refused(text):
    with suppress(InvalidInput):
        assert parse_instant(text).tzinfo is UTC


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.timedeltas(timedelta(microseconds=1), timedelta(days=400)),
    st.sampled_from(Resolution),
)
def test_buckets_join_without_gaps_and_none_is_longer_than_its_step(start, length, resolution):
    end = start + min(length, datetime.max.replace(tzinfo=UTC) - start)
    if start == end or length / resolution.step > MOST_BUCKETS:
        return

    edges = bucket_edges(start, end, resolution.step)

    lengths = [later - earlier for earlier, later in pairwise(edges)]
    assert edges[0] == start
    assert edges[-1] == end
    assert set(lengths[:-1]) <= {resolution.step}
    assert timedelta() < lengths[-1] <= resolution.step
