"""How a check is written (sections 4 and 9)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.rules.check_state import reschedule
from app.rules.states import ScheduleKind, WatchState
from app.site import Site
from app.store.checks import CheckRecord, new_check
from rest_compat.escaped_json import ascii_json
from rest_compat.healthchecks.wire import CheckWriter, check_json
from tests.conftest import START

NEW, UP, DOWN = WatchState.NEW, WatchState.UP, WatchState.DOWN
KEYS = (
    *("name", "slug", "tags", "desc", "grace", "n_pings", "status", "started", "last_ping", "next_ping"),
    *("manual_resume", "methods", "subject", "subject_fail", "start_kw", "success_kw", "failure_kw"),
    *("filter_subject", "filter_body", "filter_http_body", "filter_default_fail", "badge_url"),
)
NAMES = ("uuid", "ping_url", "update_url", "pause_url", "resume_url", "channels")


def a_check(**values: object) -> CheckRecord:
    """A check with period 3600 and grace 600."""
    check = replace(new_check(1, "", "", START), period=3600, grace=600, **values)
    reschedule(check)
    return check


def writer(version: int = 1, now: datetime = START, *, for_writers: bool = True) -> CheckWriter:
    return CheckWriter(version, "https://h", "https://p/", now, for_writers)


@pytest.mark.parametrize(
    ("seconds", "values", "v1", "v2"),
    [
        (0, {}, "new", "new"),
        (0, {"paused": True}, "paused", "paused"),
        (0, {"state": DOWN, "last_ping_at": START}, "down", "down"),
        (0, {"state": UP, "last_ping_at": START}, "up", "up"),
        (3599, {"state": UP, "last_ping_at": START}, "up", "up"),
        (3600, {"state": UP, "last_ping_at": START}, "grace", "grace"),
        (4199, {"state": UP, "last_ping_at": START}, "grace", "grace"),
        (4200, {"state": UP, "last_ping_at": START}, "down", "down"),
        (0, {"last_start_at": START}, "started", "new"),
        (0, {"last_start_at": START, "paused": True}, "started", "paused"),
        (0, {"last_start_at": START, "state": DOWN}, "started", "down"),
        (599, {"last_start_at": START, "state": UP, "last_ping_at": START}, "started", "up"),
        (600, {"last_start_at": START, "state": UP, "last_ping_at": START}, "down", "down"),
        (600, {"last_start_at": START, "paused": True}, "down", "down"),
        (600, {"last_start_at": START}, "down", "down"),
    ],
)
def test_the_shown_status(seconds: int, values: dict, v1: str, v2: str):
    check = a_check(**values)
    now = START + timedelta(seconds=seconds)

    assert writer(1, now).status(check) == v1
    assert writer(2, now).status(check) == writer(3, now).status(check) == v2
    assert writer(1, now).check(check, [])["started"] is ("last_start_at" in values)


def test_keys_come_in_their_order():
    check = a_check(last_run_us=1_999_999)

    assert tuple(writer().check(check, [])) == (*KEYS, "last_duration", *NAMES, "timeout")
    assert tuple(writer(for_writers=False).check(check, [])) == (*KEYS, "last_duration", "unique_key", "timeout")
    cron = a_check(schedule_kind=ScheduleKind.CRON)
    assert tuple(writer().check(cron, [])) == (*KEYS, *NAMES, "schedule", "tz")


@pytest.mark.parametrize(
    ("microseconds", "shown"),
    [(None, None), (0, None), (1, 0), (999_999, 0), (1_999_999, 1), (72 * 3600 * 10**6 + 1, 259200)],
)
def test_the_duration_of_a_run_is_cut_to_whole_seconds(microseconds: int | None, shown: int | None):
    assert writer().check(a_check(last_run_us=microseconds), []).get("last_duration") == shown


def test_urls_name_the_version_of_the_request():
    check = a_check()

    written = writer(2).check(check, ["b", "c"])

    assert written["update_url"] == f"https://h/api/v2/checks/{check.uuid}"
    assert written["ping_url"] == f"https://p/{check.uuid}"
    assert written["badge_url"] == f"https://h/b/2/{check.badge_uuid}.svg"
    assert written["channels"] == "b,c"


def test_the_start_of_a_run_comes_before_the_next_ping():
    check = a_check(state=UP, last_ping_at=START, last_start_at=START - timedelta(seconds=5))

    assert writer().check(check, [])["next_ping"] == START - timedelta(seconds=5)


def test_the_next_ping_stays_through_grace():
    check = a_check(state=UP, last_ping_at=START)

    written = writer(now=START + timedelta(seconds=3700)).check(check, [])

    assert (written["status"], written["next_ping"]) == ("grace", START + timedelta(hours=1))


def test_seconds_are_cut_off_and_not_rounded():
    check = a_check(last_ping_at=datetime(2020, 3, 24, 14, 2, 3, 999_999, tzinfo=UTC))

    written = ascii_json(writer().check(check, []))

    assert b'"last_ping":"2020-03-24T14:02:03+00:00","next_ping":null' in written


def test_old_names_copy_the_keywords_only_while_subjects_are_filtered():
    keywords = {"success_keywords": "OK", "failure_keywords": "BAD"}

    off = writer().check(a_check(**keywords), [])
    on = writer().check(a_check(**keywords, filter_subject=True), [])

    assert (off["subject"], off["subject_fail"]) == ("", "")
    assert (on["subject"], on["subject_fail"]) == ("OK", "BAD")


def test_messages_show_the_newest_version_by_the_sites_own_root(site: Site):
    check = a_check(name="ž", last_start_at=START)

    written = check_json(site)(check, ["c1"], START)

    assert written.isascii()
    said = json.loads(written)
    assert (said["name"], said["status"], said["channels"]) == ("ž", "new", "c1")
    assert said["update_url"] == f"http://testserver/api/v3/checks/{check.uuid}"
    assert said["ping_url"] == f"http://testserver/ping/{check.uuid}"
