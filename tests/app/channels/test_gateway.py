"""The mail server's URL."""

import pytest

from app.channels.gateway import MailServer, StartTls, parse_smtp_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", None),
        ("smtp://mail", MailServer("mail", 25, implicit_tls=False, starttls=StartTls.AUTO)),
        ("smtps://mail", MailServer("mail", 465, implicit_tls=True, starttls=StartTls.AUTO)),
        ("smtp://mail:587?starttls=always", MailServer("mail", 587, implicit_tls=False, starttls=StartTls.ALWAYS)),
        ("smtp://[::1]:2525/?starttls=never", MailServer("::1", 2525, implicit_tls=False, starttls=StartTls.NEVER)),
        (
            "smtp://us%40er:p%2Fw%3A@mail",
            MailServer("mail", 25, implicit_tls=False, starttls=StartTls.AUTO, username="us@er", password="p/w:"),
        ),
    ],
)
def test_a_mail_server_is_read_from_its_url(url, server):
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    ["mail", "http://mail", "smtp://", "smtp://u:s3cret@", "smtp://u:s3cret@mail?starttls=maybe",
     "smtp://u:s3cret@mail?timeout=3", "smtp://u:s3cret@mail:99999", "smtp://u:s3cret@mail:port"],
)  # fmt: skip
def test_a_wrong_url_is_refused_without_repeating_it(url):
    with pytest.raises(ValueError) as caught:
        parse_smtp_url(url)
    assert "s3cret" not in str(caught.value)


def test_the_password_is_not_shown():
    assert "s3cret" not in repr(parse_smtp_url("smtp://user:s3cret@mail"))
