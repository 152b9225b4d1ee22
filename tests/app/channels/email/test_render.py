"""What a mail says, read back as a mail program reads it."""

from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.email import Settings
from app.channels.email.render import BODY_BYTES, render
from app.channels.message import AlertEvent
from app.channels.wording import one_line
from app.rules.states import FlipReason
from tests.app.channels.facts import UUID, a_gateway, a_message, a_ping

TO = Settings(address="ops@example.org")
HEADERS = {"Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}


def read_back(message, settings=TO, **gateway):
    return message_from_bytes(render(settings, message, a_gateway(**gateway)).as_bytes(), policy=default)


def part(mail, kind):
    found = mail.get_body((kind,))
    assert found is not None
    return found.get_content()


class Words(HTMLParser):
    """Collects the text that a reader sees, and the tags it stands in."""

    def __init__(self, text):
        super().__init__()
        self.words, self.tags, self.links = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        if self.tags[-1:] != ["style"] or data.strip().startswith("@") is False:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def both(mail):
    return part(mail, "plain"), Words(part(mail, "html")).text


@pytest.mark.parametrize(
    ("event", "subject"),
    [
        (AlertEvent.DOWN, "DOWN | Nightly backup"),
        (AlertEvent.UP, "UP | Nightly backup"),
        (AlertEvent.REMINDER, "REMINDER | Nightly backup"),
        (AlertEvent.TEST, "TEST | Nightly backup"),
    ],
)
def test_the_subject_names_event_and_check(event, subject):
    assert read_back(a_message(event))["Subject"] == subject


def test_a_check_without_a_name_is_called_by_its_uuid():
    assert read_back(a_message(name=""))["Subject"] == f"DOWN | {UUID}"


def test_the_headers_say_from_whom_to_whom_and_when():
    mail = read_back(a_message())
    assert mail["From"] == "Heliograph <heliograph@monitor.example.org>"
    assert mail["To"] == "ops@example.org"
    assert mail["Date"].datetime == a_gateway().clock()
    assert mail["Message-ID"].endswith("@monitor.example.org>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert set(mail.keys()) == HEADERS


def test_the_same_news_to_the_same_reader_has_the_same_id_and_other_news_another():
    same = {read_back(a_message())["Message-ID"] for _ in range(2)}
    others = {
        read_back(a_message(AlertEvent.UP))["Message-ID"],
        read_back(a_message(changed_at=a_ping().at))["Message-ID"],
        read_back(a_message(), Settings(address="dev@example.org"))["Message-ID"],
    }
    assert len(same) == 1
    assert len(others | same) == 4


def test_each_reminder_of_one_outage_is_a_mail_of_its_own_however_often_it_is_sent():
    first, second = "5a4e6b8c-1f2d-4c3b-9a8e-000000000001", "5a4e6b8c-1f2d-4c3b-9a8e-000000000002"
    ids = [
        read_back(a_message(AlertEvent.REMINDER), message_uuid=uuid)["Message-ID"] for uuid in (first, first, second)
    ]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("length", [10, 300])
def test_one_click_unsubscription_is_offered_in_one_readable_line(length):
    url = "https://monitor.example.org/unsubscribe/" + "x" * length
    raw = render(TO, a_message(), a_gateway(unsubscribe_url=url)).as_bytes()
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_the_unsubscribe_link_stands_in_both_parts():
    mail = read_back(a_message(), unsubscribe_url="https://monitor.example.org/bye?a=1&b=2")
    assert "Unsubscribe: https://monitor.example.org/bye?a=1&b=2" in part(mail, "plain")
    assert "https://monitor.example.org/bye?a=1&b=2" in Words(part(mail, "html")).links


def test_both_parts_tell_all_that_is_known_of_going_down():
    message = a_message(others_down=("Web shop", "Mail queue"))
    for text in both(read_back(message)):
        for fact in (
            "“Nightly backup” is DOWN",
            "success signal did not arrive on time, grace time passed",
            "2026-03-01 12:00:30 UTC",
            "Shop",
            "prod db",
            "Dumps the orders.",
            "1 hour",
            "41",
            "2026-03-01 10:59:30 UTC (failure, exit status 3, HTTPS POST)",
            "Also down",
            "Web shop",
            "Mail queue",
            "disk is full",
        ):
            assert fact in text


def test_both_parts_lead_to_the_check():
    mail = read_back(a_message())
    assert "https://monitor.example.org/cloaked/0123abcd/" in part(mail, "plain")
    assert "https://monitor.example.org/cloaked/0123abcd/" in Words(part(mail, "html")).links


def test_a_reminder_says_that_it_is_still_down_and_why():
    reminder = a_message(AlertEvent.REMINDER, reason=FlipReason.TIMEOUT, others_down=("Web shop",))
    for text in both(read_back(reminder)):
        assert "“Nightly backup” is still DOWN" in text
        assert "success signal did not arrive on time, grace time passed" in text
        assert "2026-03-01 12:00:30 UTC" in text
        assert "Web shop" in text


def test_going_up_tells_the_downtime_and_no_reason():
    for text in both(read_back(a_message(AlertEvent.UP))):
        assert "is UP" in text
        assert "1 hour 30 minutes" in text
        assert "Reason" not in text


def test_a_failure_signal_is_told_as_the_reason():
    for text in both(read_back(a_message(reason=FlipReason.FAIL))):
        assert "received a failure signal" in text


def test_a_schedule_is_told_with_its_zone():
    message = a_message(period=None, schedule="0 3 * * *", timezone="Europe/Riga")
    for text in both(read_back(message)):
        assert "0 3 * * *" in text
        assert "Europe/Riga" in text
        assert "Period" not in text


def test_a_test_says_that_it_is_one():
    for text in both(read_back(a_message(AlertEvent.TEST))):
        assert "This is a test of the channel. Nothing has changed." in text


def test_what_is_not_known_is_left_out():
    bare = a_message(description="", tags=(), last_ping=None, others_down=())
    for text in both(read_back(bare)):
        assert "never" in text
        for label in ("Tags", "Description", "Downtime", "Also down", "body", "None"):
            assert label not in text


def test_of_a_long_body_the_end_is_shown():
    body = b"start" + b"x" * BODY_BYTES
    for text in both(read_back(a_message(last_ping=a_ping(body=body)))):
        assert "x" * BODY_BYTES in text
        assert "startx" not in text
        assert "tx" not in text


def test_a_body_that_is_no_text_is_shown_leniently():
    for text in both(read_back(a_message(last_ping=a_ping(body=b"\xc5\xff ok \xc5\xbe")))):
        assert "\ufffd ok ž" in text


MAIL = b"From: a@example.org\r\nSubject: =?utf-8?q?Z=C3=A1loha?= <b>failed</b>\r\n\r\nDisk \xff full\r\n.\r\n"


def test_a_ping_by_mail_is_attached_as_it_came_and_its_subject_told():
    ping = a_ping(scheme="email", method="", exit_status=None, user_agent="Email from a@example.org", body=MAIL)
    mail = read_back(a_message(last_ping=ping))
    for text in both(mail):
        assert "(failure, EMAIL)" in text
        assert "Subject of last ping" in text
        assert "Záloha <b>failed</b>" in text
        assert "Disk" not in text
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == "last-ping.eml"
    assert attached.get_content() == MAIL


@pytest.mark.parametrize("body", [None, b"", b"\xff\x00", b"X: no subject\r\n\r\nSubject: x", b"Subject: a\r\n b\x0bc"])
def test_any_ping_by_mail_can_be_told(body):
    mail = read_back(a_message(last_ping=a_ping(scheme="email", body=body)))
    assert [each.get_content() for each in mail.iter_attachments()] == [body] * (body is not None)
    assert ("Subject of last ping: a b c" in part(mail, "plain")) == (body is not None and body.startswith(b"Subject"))


def test_other_pings_are_not_attached():
    assert list(read_back(a_message(last_ping=a_ping(body=MAIL))).iter_attachments()) == []


def test_of_many_other_checks_a_few_are_named_and_the_rest_is_counted():
    others = tuple(f"other {number}" for number in range(25))
    for text in both(read_back(a_message(others_down=others))):
        assert "other 19" in text
        assert "other 20" not in text
        assert "and 5 more" in text


@pytest.mark.parametrize(
    "name", ["a\r\nBcc: x@evil.org", "a\nSubject: b", "a\u2028Bcc: x@evil.org", "a\r\n\r\n<b>", "\x00\x0b\x1c\x85"]
)
def test_a_name_cannot_add_a_header(name):
    mail = read_back(a_message(name=name))
    assert set(mail.keys()) == HEADERS
    assert mail["Subject"] == one_line(f"DOWN | {name}", 200)
    assert mail["To"] == "ops@example.org"


@given(st.text(max_size=300), st.text(max_size=100))
def test_whatever_a_name_holds_the_mail_is_whole(name, description):
    raw = render(TO, a_message(name=name, description=description), a_gateway()).as_bytes()
    mail = message_from_bytes(raw, policy=default)
    assert set(mail.keys()) == HEADERS
    assert mail.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in mail.iter_parts()] == ["text/plain", "text/html"]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.replace(b"\r\n", b"").isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_nothing_from_outside_becomes_markup():
    evil = "<script>alert(1)</script><img src=x onerror=y>\"'&"
    message = a_message(
        name=evil, description=evil, project=evil, tags=(evil,), others_down=(evil,),
        schedule=evil, period=None, last_ping=a_ping(body=evil.encode(), method=evil),
    )  # fmt: skip
    page = Words(part(read_back(message), "html"))
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert page.text.count("<script>alert(1)</script>") >= 7


def test_the_page_loads_nothing_from_elsewhere():
    page = part(read_back(a_message()), "html")
    assert Words(page).links == ["https://monitor.example.org/cloaked/0123abcd/", "https://monitor.example.org"]
    assert "url(" not in page


def test_a_lone_surrogate_does_not_stop_a_mail():
    assert read_back(a_message(name="a\ud800b", description="\ud800"))["Subject"] == "DOWN | a b"


def test_an_address_beyond_ascii_is_written_as_it_is():
    raw = render(Settings(address="žluťák@example.org"), a_message(), a_gateway()).as_bytes()
    assert "\r\nTo: žluťák@example.org\r\n".encode() in raw
