"""What kinds that make one HTTP request share: settings, bodies, refusals."""

import pytest
from pydantic import ValidationError

from app.channels.http_kind import SecretUrl, ServerUrl, Token, posted_form, posted_json, refusal, reply_object
from app.channels.kind import ChannelSettings
from app.outgoing import HttpReply


class Given(ChannelSettings):
    secret: SecretUrl = "https://h"
    server: ServerUrl = "https://h"
    token: Token = "t"


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("secret", "https://h/a?b=c", "https://h/a?b=c"),
        ("server", "https://h/", "https://h"),
        ("server", "http://127.0.0.1:8080/sub/path/", "http://127.0.0.1:8080/sub/path"),
        ("token", "o.AbC-_1:2=", "o.AbC-_1:2="),
    ],
)
def test_an_address_or_token_is_kept(kind, given, kept):
    assert getattr(Given.model_validate({kind: given}), kind) == kept


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("secret", ""),
        ("secret", "h/x"),
        ("secret", "ftp://h/"),
        ("secret", "https://h/a\nb"),
        ("secret", "https://h/" + "x" * 1000),
        ("server", "https://user:word@h"),
        ("server", "https://h?x=1"),
        ("server", "https://h/#x"),
        ("token", ""),
        ("token", "a b"),
        ("token", "a\r\nX-Evil: 1"),
        ("token", "ž"),
    ],
)
def test_what_would_break_a_request_is_refused(kind, given):
    with pytest.raises(ValidationError):
        Given.model_validate({kind: given})


def test_a_lone_surrogate_does_not_stop_an_alert():
    assert posted_json("http://h", {"a": ["\ud800", ("é",)]}).body == '{"a":["?",["é"]]}'.encode()
    assert posted_form("http://h", {"a": "\ud800 &"}).body == b"a=%3F+%26"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'"x"', b"null", b"[" * 5000])
def test_an_answer_that_is_no_object_says_nothing(body):
    assert reply_object(HttpReply(400, body)) == {}


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ("No such\nroom", "Received status code 400: No such room"),
        (None, "Received status code 400"),
        ({"a": 1}, "Received status code 400"),
        ("x" * 1000, f"Received status code 400: {'x' * 150}"),
    ],
)
def test_a_refusal_says_what_was_answered_on_one_line(detail, text):
    assert str(refusal(HttpReply(400, b""), detail)) == text
