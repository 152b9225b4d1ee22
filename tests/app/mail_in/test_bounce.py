"""What a bounce says of a mail that did not arrive (RFC 3464; specs/healthchecks.md section 11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail_in.bounce import Bounce, addressed_to, read_bounce


def bounce(*reports: str) -> bytes:
    """A bounce with these reports, one a receiver."""
    said = "\n\n".join(("Reporting-MTA: dns; mx.example.org", *reports))
    return (
        "From: MAILER-DAEMON@example.org\nSubject: Undelivered\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        f"--b\n\nYour mail did not arrive.\n--b\nContent-Type: message/delivery-status\n\n{said}\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: DOWN\n\nStatus: 5.0.0\n--b--\n"
    ).replace("\n", "\r\n").encode()  # fmt: skip


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        ("5.1.1", True),
        ("5.7.26 (policy)", True),
        ("5.4.4", False),
        ("5.4.40", True),
        ("4.4.7", False),
        ("2.0.0", False),
    ],
)
def test_permanent_is_5xx_but_5_4_4(status: str, permanent: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    report = f"Final-Recipient: rfc822; a@example.org\nAction: failed\nStatus: {status}"

    read = read_bounce(bounce(report))

    assert read == Bounce(f"The mail bounced with status {status.split()[0]}", permanent=permanent)


def test_what_the_mail_server_said_is_told_on_one_line() -> None:
    report = "Action: FAILED\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 No\n such\tuser " + "x" * 300

    read = read_bounce(bounce(report))

    assert read is not None
    assert read.reason.startswith("The mail bounced with status 5.1.1 smtp; 550 No such user xxx")
    assert len(read.reason) == 200


def test_of_several_receivers_the_first_that_failed_counts() -> None:
    relayed, failed, other = (f"Action: {action}\nStatus: {status}" for action, status in (
        ("relayed", "2.0.0"), ("failed", "5.1.1"), ("failed", "4.0.0"),
    ))  # fmt: skip
    assert read_bounce(bounce(relayed, failed, other)) == Bounce("The mail bounced with status 5.1.1", permanent=True)


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"Subject: I am on holiday\r\n\r\nStatus: 5.1.1\r\nAction: failed",
        bounce("Action: delayed\nStatus: 4.4.1"),
        bounce("Action: delivered\nStatus: 2.0.0"),
        bounce("Action: failed"),
        bounce("Action: failed\nStatus: five"),
        bounce("Status: 5.1.1"),
        b"X: " + b"x" * 70_000 + b"\r\n" + bounce("Action: failed\nStatus: 5.1.1"),
    ],
    ids=["empty", "no report", "delayed", "delivered", "no status", "nonsense", "no action", "too far down"],
)
def test_what_reports_no_failure_is_no_bounce(mail: bytes) -> None:
    assert read_bounce(mail) is None


@pytest.mark.parametrize(
    ("headers", "addresses"),
    [
        (b"To: a@example.org", ["a@example.org"]),
        (b'To: =?x?= <a@example.org>, "b" <b@c.d>', ["a@example.org", "b@c.d"]),
        (b"Delivered-To: a@b\r\nX-Original-To: c@d\r\nTo: e@f", ["e@f", "a@b", "c@d"]),
        (b"Cc: a@example.org", []),
        (b"To: nobody", []),
        (b"", []),
    ],
)
def test_the_receivers_are_read_from_the_headers(headers: bytes, addresses: list[str]) -> None:
    assert addressed_to(headers + b"\r\n\r\nTo: z@z") == addresses


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_at(mail: bytes) -> None:
    assert read_bounce(b"Content-Type: message/delivery-status\r\n\r\n" + mail) is None or b"ailed" in mail.lower()
    assert all("@" in address for address in addressed_to(b"To: " + mail))
