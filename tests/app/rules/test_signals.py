"""What a request or a mail says after the filters of its check (specs/healthchecks.md sections 8 and 13)."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.signals import MailText, http_kind, mail_kind
from app.rules.states import PingKind

SUCCESS, START, FAIL, LOG, IGNORED = PingKind.SUCCESS, PingKind.START, PingKind.FAIL, PingKind.LOG, PingKind.IGNORED


@dataclass
class Filters:
    methods: str = ""
    start_keywords: str = ""
    success_keywords: str = ""
    failure_keywords: str = ""
    filter_subject: bool = False
    filter_body: bool = False
    filter_http_body: bool = False
    filter_default_fail: bool = False


KEYWORDS = Filters(
    filter_http_body=True, start_keywords="begin", success_keywords="ok, done ,", failure_keywords="ERROR,fatal"
)


@pytest.mark.parametrize("asked", [SUCCESS, START, FAIL, LOG])
def test_without_filters_the_url_decides(asked: PingKind) -> None:
    assert http_kind(Filters(), asked, None, "GET", b"ERROR") is asked


@pytest.mark.parametrize(("status", "kind"), [(0, SUCCESS), (1, FAIL), (255, FAIL)])
def test_an_exit_status_above_zero_fails(status: int, kind: PingKind) -> None:
    assert http_kind(Filters(), SUCCESS, status, "GET", b"") is kind


@pytest.mark.parametrize(
    ("method", "kind"), [("POST", SUCCESS), ("GET", IGNORED), ("HEAD", IGNORED), ("PUT", IGNORED), ("post", IGNORED)]
)
def test_a_check_may_take_post_only(method: str, kind: PingKind) -> None:
    assert http_kind(Filters(methods="POST"), SUCCESS, None, method, b"") is kind


def test_the_method_is_looked_at_before_exit_status_and_body() -> None:
    filters = Filters(methods="POST", filter_http_body=True, failure_keywords="ERROR")

    assert http_kind(filters, SUCCESS, 1, "GET", b"ERROR") is IGNORED


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"begin", START),
        (b"all ok", SUCCESS),
        (b"done", SUCCESS),
        (b"an ERROR", FAIL),
        (b"fatally", FAIL),
        (b"begin ok", SUCCESS),
        (b"begin ok ERROR", FAIL),
        (b"begin fatal", FAIL),
        (b"OK Error", IGNORED),
        (b"", IGNORED),
        (b"\xff ok \xfe", SUCCESS),
    ],
)
@pytest.mark.parametrize("asked", [SUCCESS, START, FAIL, LOG])
def test_keywords_replace_what_the_url_said(body: bytes, kind: PingKind, asked: PingKind) -> None:
    assert http_kind(KEYWORDS, asked, None, "GET", body) is kind


def test_what_no_keyword_fits_fails_when_the_check_says_so() -> None:
    filters = Filters(filter_http_body=True, filter_default_fail=True, success_keywords="ok")

    assert http_kind(filters, SUCCESS, 0, "GET", b"well") is FAIL
    assert http_kind(filters, FAIL, 3, "GET", b"ok") is SUCCESS


def test_empty_keywords_fit_nothing() -> None:
    filters = Filters(filter_http_body=True, failure_keywords=" , ,", success_keywords=",")

    assert http_kind(filters, SUCCESS, None, "GET", b", ,") is IGNORED


@given(body=st.binary(max_size=50), asked=st.sampled_from([SUCCESS, START, FAIL, LOG]))
def test_any_body_is_understood(body: bytes, asked: PingKind) -> None:
    assert http_kind(KEYWORDS, asked, None, "GET", body) in (SUCCESS, START, FAIL, IGNORED)


def mail_filters(**flags: bool) -> Filters:
    return Filters(start_keywords="begin", success_keywords="ok, done ,", failure_keywords="ERROR,fatal", **flags)


@pytest.mark.parametrize("mail", [MailText("ERROR", "fatal"), MailText("", ""), MailText("begin", "")])
def test_a_mail_is_a_success_when_nothing_is_looked_for_in_mails(mail: MailText) -> None:
    filters = mail_filters(filter_http_body=True, filter_default_fail=True)

    assert mail_kind(filters, mail) is SUCCESS


@pytest.mark.parametrize(
    ("mail", "by_subject", "by_body", "by_both"),
    [
        (MailText("all ok", "ERROR"), SUCCESS, FAIL, FAIL),
        (MailText("ERROR", "all ok"), FAIL, SUCCESS, FAIL),
        (MailText("begin", "done"), START, SUCCESS, SUCCESS),
        (MailText("begin", "nothing"), START, IGNORED, START),
        (MailText("Ok", "Error"), IGNORED, IGNORED, IGNORED),
        (MailText("fa", "tal"), IGNORED, IGNORED, IGNORED),
        (MailText("", ""), IGNORED, IGNORED, IGNORED),
    ],
)
def test_keywords_are_looked_for_where_the_check_says(
    mail: MailText, by_subject: PingKind, by_body: PingKind, by_both: PingKind
) -> None:
    assert mail_kind(mail_filters(filter_subject=True), mail) is by_subject
    assert mail_kind(mail_filters(filter_body=True), mail) is by_body
    assert mail_kind(mail_filters(filter_subject=True, filter_body=True), mail) is by_both


def test_a_mail_that_no_keyword_fits_fails_when_the_check_says_so() -> None:
    assert mail_kind(mail_filters(filter_subject=True, filter_default_fail=True), MailText("well", "ok")) is FAIL


def test_the_methods_of_requests_are_nothing_to_a_mail() -> None:
    assert mail_kind(Filters(methods="POST"), MailText("", "")) is SUCCESS


def test_the_filters_of_mails_are_nothing_to_a_request() -> None:
    filters = mail_filters(filter_subject=True, filter_body=True, filter_default_fail=True)

    assert http_kind(filters, SUCCESS, None, "GET", b"ERROR") is SUCCESS
