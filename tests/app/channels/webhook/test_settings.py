"""What a webhook may be set to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.channels.kind import HIDDEN
from app.channels.message import AlertEvent
from app.channels.webhook.settings import Settings, chosen_request, from_value, is_noop, redacted

DOWN = {"url": "http://h/down"}
UP = {"url": "http://h/up"}


def settings(**sides):
    return Settings.model_validate(sides)


@pytest.mark.parametrize(
    "url", ["http://h", "https://h:8443/a?b=$NAME&c=$TAG1#x", "http://user:pa$$@h/", "http://h/$CODE"]
)
def test_an_absolute_http_url_is_accepted_as_it_is(url):
    assert settings(down={"url": url}).down.url == url


@pytest.mark.parametrize(
    "url",
    ["h/x", "ftp://h/", "file:///etc/passwd", "javascript:alert(1)", "http://", "//h/", " http://a b/", "http://h:x/",
     "http://h\r\n/x", "http://h/\nx", "http://h/\x00", "http://$NAME/", "http://$NAME.h/", "http://$NAME@h/",
     "http://h:$TAG1/", "$BODY", "http://h/" + "x" * 1000],
)  # fmt: skip
def test_other_urls_are_refused(url):
    with pytest.raises(ValidationError):
        settings(down={"url": url})


@given(st.text(max_size=30))
def test_whatever_is_given_as_url_is_accepted_or_refused(text):
    for url in (text, f"http://{text}", f"http://h/{text}"):
        try:
            accepted = settings(down={"url": url}, up=UP)
        except ValidationError:
            continue
        redacted(accepted)


@pytest.mark.parametrize("sides", [{}, {"down": None, "up": None}, {"down": {"url": ""}}, {"down": {}, "up": {}}])
def test_a_webhook_that_calls_nothing_is_refused(sides):
    with pytest.raises(ValidationError, match="needs a URL"):
        settings(**sides)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_three_methods_are_known(method):
    assert settings(down=DOWN | {"method": method}).down.method == method


@pytest.mark.parametrize("method", ["DELETE", "post", "", "GET / HTTP/1.1\r\n"])
def test_other_methods_are_refused(method):
    with pytest.raises(ValidationError):
        settings(down=DOWN | {"method": method})


@pytest.mark.parametrize(
    "headers",
    [
        {"": "x"},
        {"a b": "x"},
        {"a:": "x"},
        {"a\r\nb": "x"},
        {"a\n": "x"},
        {"ž": "x"},
        {"a": "x\r\nb: y"},
        {"a": "x\ny"},
        {"a": "\x00"},
        {"Content-Length": "3"},
        {"transfer-encoding": "chunked"},
        {"a": "x" * 1001},
        {f"a{number}": "x" for number in range(21)},
    ],
)
def test_headers_that_would_break_the_request_are_refused(headers):
    with pytest.raises(ValidationError):
        settings(down=DOWN | {"headers": headers})


def test_a_body_is_bounded():
    assert settings(down=DOWN | {"body": "x" * 10_000})
    with pytest.raises(ValidationError):
        settings(down=DOWN | {"body": "x" * 10_001})


@pytest.mark.parametrize(
    ("sides", "noop"),
    [
        ({"down": DOWN}, {AlertEvent.UP}),
        ({"up": UP}, {AlertEvent.DOWN, AlertEvent.REMINDER}),
        ({"down": DOWN, "up": {"url": ""}}, {AlertEvent.UP}),
        ({"down": DOWN, "up": UP}, set()),
    ],
)
def test_an_event_without_a_url_is_no_event(sides, noop):
    assert {event for event in AlertEvent if is_noop(settings(**sides), event)} == noop


def test_a_test_sends_what_down_would_send_or_else_what_up_would():
    both = settings(down=DOWN, up=UP)
    assert chosen_request(both, AlertEvent.TEST) == (both.down, "down")
    up = settings(down={"url": ""}, up=UP)
    assert chosen_request(up, AlertEvent.TEST) == (up.up, "up")


def test_header_values_and_credentials_are_hidden_and_all_else_is_shown():
    given_down = {
        "method": "POST",
        "url": "https://user:pw@h:81/a?b=c#d",
        "headers": {"X-Key": "s3cret"},
        "body": "text",
    }
    assert redacted(settings(down=given_down)) == {
        "down": given_down | {"url": f"https://{HIDDEN}@h:81/a?b=c#d", "headers": {"X-Key": HIDDEN}},
        "up": None,
    }
    assert redacted(settings(down={"url": "http://h/@x"}))["down"]["url"] == "http://h/@x"


def test_a_bare_url_hears_of_down_and_up_with_the_check_as_json():
    made = Settings.model_validate(from_value("http://h/hook", {}))
    assert made.down == made.up
    assert (made.down.method, made.down.url, made.down.body) == ("POST", "http://h/hook", "$JSON")


def test_the_value_is_the_url_of_requests_that_name_none():
    made = Settings.model_validate(from_value("http://h/a", {"down": {"method": "PUT"}, "up": {"url": "http://h/b"}}))
    assert (made.down.method, made.down.url, made.up.url) == ("PUT", "http://h/a", "http://h/b")
