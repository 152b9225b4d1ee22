"""What goes over the wire at each hop."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security.hops import HttpRequest, redirected, wire_headers, wire_url

KEYS = {"Authorization": "Bearer s3cret", "X-Api-Key": "s3cret", "Content-Type": "text/plain", "Accept": "a/b"}


@pytest.mark.parametrize(
    ("given_url", "sent"),
    [
        ("http://h", "http://h/"),
        ("HTTP://H:8080/x", "http://h:8080/x"),
        ("http://h/a%2Fb%26c?x=%20%2B%7E", "http://h/a%2Fb%26c?x=%20%2B%7E"),
        ("http://h/a b/ž?q=a b+c&d[]=1", "http://h/a%20b/%C5%BE?q=a%20b+c&d[]=1"),
        ("http://user:pw@h/x#part", "http://h/x"),
        ("http://žh.cz/", "http://xn--h-soa.cz/"),
        ("http://[::1]:81/x", "http://[::1]:81/x"),
        ('http://h/"<>|', "http://h/%22%3C%3E%7C"),
    ],
)
def test_a_url_goes_out_with_its_escapes_as_they_are(given_url, sent):
    assert str(wire_url(given_url)) == sent


@pytest.mark.parametrize(
    "url", ["", "h/x", "/x", "//h/x", "ftp://h/", "file:///etc/passwd", "http://", "http:///x", "http://a b/",
            "javascript:alert(1)", "gopher://h/", "http://h:99999/", "http://[::1/", "http://h:x/"]
)  # fmt: skip
def test_all_but_absolute_http_urls_are_refused(url):
    with pytest.raises(ValueError):
        wire_url(url)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_in_a_url_only_printable_ascii_is_sent(path, query):
    try:
        sent = wire_url(f"http://h/{path}?{query}")
    except ValueError:
        return
    assert sent.raw_path_qs.isascii()
    assert not any(character.isspace() or not character.isprintable() for character in sent.raw_path_qs)
    assert sent.raw_host == "h"


def test_credentials_in_the_url_become_basic_authorization():
    headers = wire_headers(HttpRequest("GET", "http://user:p%3A%C5%BE@h/"))
    assert headers == {"Authorization": "Basic dXNlcjpwOsW+"}


def test_an_authorization_header_wins_over_credentials_in_the_url():
    headers = wire_headers(HttpRequest("GET", "http://user:pw@h/", {"authorization": "Bearer x"}))
    assert headers == {"authorization": "Bearer x"}


@pytest.mark.parametrize(
    ("method", "status", "expected"),
    [
        ("POST", 301, ("GET", None)),
        ("POST", 302, ("GET", None)),
        ("POST", 303, ("GET", None)),
        ("PUT", 303, ("GET", None)),
        ("HEAD", 303, ("HEAD", b"x")),
        ("PUT", 302, ("PUT", b"x")),
        ("POST", 307, ("POST", b"x")),
        ("POST", 308, ("POST", b"x")),
    ],
)
def test_a_redirect_keeps_or_changes_the_method_as_http_says(method, status, expected):
    following = redirected(HttpRequest(method, "http://h/a/b", KEYS, b"x"), status, "../c?d=1")
    assert (following.method, following.body) == expected
    assert following.url == "http://h/c?d=1"


@pytest.mark.parametrize("location", ["/other", "http://h/other", "http://H:80/other", "https://h/other"])
def test_the_same_origin_and_its_move_to_tls_get_every_header(location):
    following = redirected(HttpRequest("POST", "http://h/a", KEYS, b"x"), 307, location)
    assert following.headers == KEYS


@pytest.mark.parametrize(
    "location", ["http://other/", "http://h:81/", "//h.evil/", "https://h:8443/", "http://x@h.evil/"]
)
def test_another_origin_gets_no_header_that_may_be_a_key(location):
    following = redirected(HttpRequest("POST", "http://h/a", KEYS, b"x"), 307, location)
    assert following.headers == {"Content-Type": "text/plain", "Accept": "a/b"}
    assert "s3cret" not in str(wire_headers(following))


def test_a_fall_from_tls_gets_no_header_that_may_be_a_key():
    following = redirected(HttpRequest("GET", "https://user:pw@h/a", KEYS), 302, "http://h/a")
    assert following.headers == {"Content-Type": "text/plain", "Accept": "a/b"}
    assert "Authorization" not in wire_headers(following)


def test_a_request_does_not_show_its_secrets():
    shown = repr(HttpRequest("GET", "http://user:pw@h/?token=s3cret", KEYS, b"s3cret"))
    assert "s3cret" not in shown
    assert "pw" not in shown
