"""What letters to users and the overview in alerts look like, read back as a mail program reads them."""

from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from app.channels.email.letters import (
    Down,
    Nag,
    Report,
    Reported,
    downtime_text,
    render_nag,
    render_report,
    span_text,
)
from app.channels.message import Overview, OverviewLine
from app.rules.downtime import Downtime
from app.rules.reports import Span, report_spans
from app.rules.rhythms import ReportRhythm
from app.rules.states import WatchState
from tests.app.channels.email.test_render import Words, part, read_back
from tests.app.channels.facts import a_gateway, a_message

URL = "https://monitor.example.org/unsubscribe/nags/1/2"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WEEKLY = ReportRhythm.WEEKLY


def reread(mail):
    return message_from_bytes(mail.as_bytes(), policy=default)


def both(mail):
    return part(mail, "plain"), Words(part(mail, "html")).text


def a_report(*checks, hidden=0, is_partial=False):
    return Report(WEEKLY, report_spans(WEEKLY, "UTC", NOW), checks, hidden, is_partial)


def render(report):
    return reread(render_report(report, "uuid", "ann@example.org", a_gateway(unsubscribe_url=URL)))


def nagged(*checks, hidden=0):
    return reread(render_nag(Nag(checks, hidden), "uuid", "ann@example.org", a_gateway(unsubscribe_url=URL)))


def test_a_report_tells_both_spans_of_each_check():
    hours = Downtime(timedelta(hours=2, minutes=5), 3)
    named = {"name": "<b>Mail\nqueue", "project": "Shop & Co", "is_down": True}

    mail = render(a_report(Reported(**named, newer=hours, older=Downtime()), hidden=7, is_partial=True))

    assert mail["Subject"] == "Weekly report: 23 February to 1 March 2026"
    for text in both(mail):
        for fact in ("<b>Mail queue", "Shop & Co", "3 downtimes, 2 hours 5 minutes", "all good", "and 7 more", "DOWN"):
            assert fact in text
        assert "16 February to 22 February 2026" in text
        assert "not all of it is counted" in text


def test_what_does_not_apply_is_left_out_of_a_report():
    mail = render(a_report(Reported("x", "Shop", is_down=False, newer=Downtime(), older=Downtime())))

    for text in both(mail):
        assert "more" not in text
        assert "counted" not in text
        assert "DOWN" not in text


@pytest.mark.parametrize(
    ("count", "hidden", "subject"),
    [
        (1, 0, "Reminder: 1 check still down"),
        (2, 0, "Reminder: 2 checks still down"),
        (1, 41, "Reminder: 42 checks still down"),
    ],
)
def test_a_nag_counts_what_is_down(count, hidden, subject):
    down = [Down(f"check {number}", "Shop", datetime(2026, 3, 1, 10, tzinfo=UTC)) for number in range(count)]

    mail = nagged(*down, hidden=hidden)

    assert mail["Subject"] == subject
    for text in both(mail):
        assert all(each.name in text for each in down)
        assert "2 hours 1 minute" in text
        assert "since 2026-03-01 10:00:00 UTC" in text
        assert ("and 41 more" in text) == bool(hidden)


@pytest.mark.parametrize(
    ("count", "monitors", "subject"),
    [
        (1, 1, "Reminder: 1 monitor still down"),
        (2, 2, "Reminder: 2 monitors still down"),
        (3, 1, "Reminder: 3 checks and monitors still down"),
    ],
)
def test_a_nag_calls_monitors_by_their_name(count, monitors, subject):
    down = tuple(Down(f"shop {number}", "Shop", datetime(2026, 3, 1, 10, tzinfo=UTC)) for number in range(count))

    mail = reread(render_nag(Nag(down, 0, monitors), "uuid", "ann@example.org", a_gateway()))

    assert mail["Subject"] == subject


def test_letters_say_how_to_stop_them_and_that_nobody_wrote_them():
    for mail in (nagged(), render(a_report())):
        assert mail["List-Unsubscribe"] == f"<{URL}>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert URL in part(mail, "plain")
        assert URL in Words(part(mail, "html")).links


def test_the_id_of_a_letter_is_that_of_its_row():
    first, second = nagged(), nagged(Down("x", "y", NOW - timedelta(days=2)))
    other = reread(render_nag(Nag((), 0), "another", "ann@example.org", a_gateway()))

    assert first["Message-ID"] == second["Message-ID"] != other["Message-ID"]


@pytest.mark.parametrize(
    ("rhythm", "first", "last", "text"),
    [
        (ReportRhythm.DAILY, date(2026, 3, 1), date(2026, 3, 1), "1 March 2026"),
        (WEEKLY, date(2025, 12, 29), date(2026, 1, 4), "29 December 2025 to 4 January 2026"),
        (ReportRhythm.MONTHLY, date(2026, 2, 1), date(2026, 2, 28), "February 2026"),
    ],
)
def test_spans_are_named_as_people_name_them(rhythm, first, last, text):
    assert span_text(rhythm, Span(first, last, NOW, NOW)) == text


def test_downtimes_are_counted_in_words():
    assert downtime_text(Downtime()) == ""
    assert downtime_text(Downtime(timedelta(seconds=1), 1)) == "1 downtime, 1 second"
    assert downtime_text(Downtime(timedelta(days=2), 2)) == "2 downtimes, 2 days"


def test_an_alert_to_a_member_ends_with_the_project_at_a_glance():
    lines = (
        OverviewLine("Web <shop>", WatchState.DOWN, paused=False, is_monitor=False, heard_at=NOW),
        OverviewLine("Mail queue", WatchState.NEW, paused=True, is_monitor=True, heard_at=None),
    )

    mail = read_back(a_message(overview=Overview(lines, has_more=True)))

    plain, words = both(mail)
    assert "- Web <shop>: DOWN, last ping 2026-03-02 09:30:00 UTC\r\n- Mail queue: PAUSED, last run never" in plain
    assert "Web <shop> DOWN 2026-03-02 09:30:00 UTC Mail queue PAUSED never and more" in words


def test_an_alert_to_others_has_no_overview():
    for text in both(read_back(a_message())):
        assert "at a glance" not in text
