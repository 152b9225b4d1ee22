"""What all channels say of a monitor."""

import pytest

from app.channels.chat_text import details, last_body, open_text, title
from app.channels.message import AlertEvent
from app.channels.twilio import why
from app.channels.wording import facts, plain_text, run_text
from app.probes.result import PhaseTimes
from tests.app.channels.facts import a_failed_call, a_message, a_monitor_message, a_run

DOWN_DETAILS = """\
Root cause: Step 2, Log in, answered with status 500
Failed step: 2 of 3, Log in
Request: POST https://shop.example.org/login
Answer: status 500
What failed: Expected the status to equal 200, got 500; Expected the body to contain Hi, got an empty text
Down at: Ireland, Oregon
Time of change: 2026-03-01 12:00:30 UTC
Project: Shop
Tags: prod db
Target: 3 steps
Run: 2026-03-01 12:00:29 UTC from Ireland, answered 200, 500, 200, in 758 ms \
(resolve 4.2, connect 20, TLS 31, processing 700, transfer 2.0)
Last good run: 2026-03-01 11:59:30 UTC from Ireland, answered 200, 200, 200, in 312 ms"""


def known(message):
    return dict(facts(message))


def test_down_tells_why_where_and_what_the_runs_show():
    assert title(a_monitor_message()) == "“Web shop” is DOWN."
    assert details(a_monitor_message(), 4000) == DOWN_DETAILS


def test_up_tells_the_downtime_the_cause_and_the_run_that_passed():
    up = known(a_monitor_message(AlertEvent.UP))
    assert list(up) == ["Downtime", "Root cause", "Time of change", "Project", "Tags", "Target", "Run"]
    assert up["Downtime"] == "1 hour 30 minutes"


@pytest.mark.parametrize(("about", "text"), [(a_message, "Open the check"), (a_monitor_message, "Open the monitor")])
def test_the_link_says_where_it_leads(about, text):
    assert open_text(about()) == text


def test_a_single_step_without_a_name_is_not_counted():
    call = a_failed_call(step=1, name="")
    single = known(a_monitor_message(steps=1, address="https://shop.example.org/", failed_call=call))
    assert "Failed step" not in single
    assert single["Target"] == "https://shop.example.org/"
    assert known(a_monitor_message(steps=1, failed_call=None))["Target"] == "1 step"


def test_a_step_that_is_gone_by_now_is_still_one_of_those_that_were_run():
    assert known(a_monitor_message(steps=1))["Failed step"] == "2 of 2, Log in"


def test_what_the_cause_says_already_is_not_said_twice():
    call = a_failed_call(failures=("Expected 200, got 500", "Expected JSON"))
    message = a_monitor_message(cause="Log in: Expected 200, got 500", failed_call=call)
    assert known(message)["What failed"] == "Expected JSON"


def test_a_step_that_got_no_answer_says_so():
    call = a_failed_call(status=None, failures=("Connection refused",))
    assert known(a_monitor_message(failed_call=call))["Answer"] == "none"


def test_what_is_no_longer_kept_is_left_out():
    gone = a_monitor_message(cause="", failed_call=a_failed_call(method="", url=""), run=None, good_run=None)
    assert {"Root cause", "Request", "Run", "Last good run"}.isdisjoint(known(gone))


def test_a_run_without_answers_or_place_says_when_and_how_long():
    run = a_run(location="", statuses=(), phases=PhaseTimes(resolve_ms=0.0), total_ms=0.04)
    assert run_text(run) == "2026-03-01 12:00:29 UTC, in 0.0 ms (resolve 0.0)"


def test_a_monitor_has_no_last_body():
    assert last_body(a_monitor_message()) == ""


def test_a_phone_is_told_the_cause_on_one_short_line():
    assert why(a_monitor_message(cause="a\nb" + "x" * 1000)) == "a b" + "x" * 157
    assert why(a_monitor_message(AlertEvent.UP)) == "Downtime: 1 hour 30 minutes"


def test_plain_text_ends_with_the_link():
    text = plain_text(a_monitor_message(), 2000)
    assert text.startswith("“Web shop” is DOWN.\nRoot cause: ")
    assert text.endswith(a_monitor_message().url)
