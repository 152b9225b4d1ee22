"""The words that all channels share."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.wording import (
    downtime_text,
    duration_text,
    last_ping_text,
    one_line,
    reason_text,
    schedule_facts,
)
from app.rules.states import FlipReason, PingKind
from tests.app.channels.facts import a_message, a_ping


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (5405, "1 hour 30 minutes"),
        (86400, "1 day"),
        (8 * 86400 + 61, "8 days 1 minute"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(seconds, text):
    assert duration_text(seconds) == text


def test_the_reasons_are_those_of_the_spec():
    assert reason_text(FlipReason.TIMEOUT) == "success signal did not arrive on time, grace time passed"
    assert reason_text(FlipReason.FAIL) == "received a failure signal"
    assert [reason_text(reason) for reason in (FlipReason.NONE, FlipReason.PAUSED, FlipReason.RESUMED)] == [""] * 3


def test_a_downtime_is_told_when_there_is_one():
    assert downtime_text(None) == ""
    assert downtime_text(timedelta(seconds=61.9)) == "1 minute 1 second"


@pytest.mark.parametrize(
    ("ping", "text"),
    [
        (None, "never"),
        (a_ping(), "2026-03-01 10:59:30 UTC (failure, exit status 3, HTTPS POST)"),
        (
            a_ping(kind=PingKind.SUCCESS, exit_status=None, scheme="email", method=""),
            "2026-03-01 10:59:30 UTC (success, EMAIL)",
        ),
    ],
)
def test_the_last_ping_is_told(ping, text):
    assert last_ping_text(ping) == text


@pytest.mark.parametrize("kind", PingKind)
def test_every_kind_of_ping_has_a_word(kind):
    assert "()" not in last_ping_text(a_ping(kind=kind, exit_status=None, scheme="", method=""))


def test_a_schedule_is_told_with_its_zone_and_a_period_without():
    assert schedule_facts(a_message().subject) == [("Period", "1 hour")]
    assert schedule_facts(a_message(period=None, schedule="0 3 * * *", timezone="Europe/Riga").subject) == [
        ("Schedule", "0 3 * * *"),
        ("Time zone", "Europe/Riga"),
    ]


@given(st.text(), st.integers(0, 50))
def test_one_line_is_one_line(text, limit):
    line = one_line(text, limit)
    assert len(line.splitlines()) <= 1
    assert len(line) <= limit
    line.encode()


def test_one_line_keeps_what_is_harmless():
    assert one_line("a\r\nBcc: b\x00\u2028c  👩\u200d💻", 100) == "a Bcc: b c 👩\u200d💻"
