"""Which requests can be sent, and what they carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.probes.request import InvalidRequest, prepare
from app.probes.result import Request

TEXT = st.text(max_size=20)


@pytest.mark.parametrize(
    "request_",
    [
        Request("", "http://h/"),
        Request("get", "http://h/"),
        Request("GET ", "http://h/"),
        Request("GET /x HTTP/1.1\r\nX:", "http://h/"),
        Request("CONNECT", "http://h/"),
        Request("M" * 21, "http://h/"),
        Request("GET", "http://h/", (("X", "a\r\nY: b"),)),
        Request("GET", "http://h/", (("X", "a\nY: b"),)),
        Request("GET", "http://h/", (("X", "a\0b"),)),
        Request("GET", "http://h/", (("X", "\ud800"),)),
        Request("GET", "http://h/", (("X\r\nY", "a"),)),
        Request("GET", "http://h/", (("X: Y", "a"),)),
        Request("GET", "http://h/", (("", "a"),)),
        Request("GET", "http://h/", (("ž", "a"),)),
        Request("GET", "http://h/", (("Host", "a"), ("host", "b"))),
        Request("POST", "http://h/", (("Content-Length", "3"),), b"ab"),
        Request("GET", "http://h/", (("Content-Length", "3"),)),
        Request("POST", "http://h/", (("Transfer-Encoding", "chunked"),), b"ab"),
        Request("GET", "http://h/\ud800"),
        Request("GET", "http://user\n:pw@h/"),
    ],
    ids=range(20),
)
def test_what_is_no_http_cannot_be_sent(request_):
    with pytest.raises(InvalidRequest):
        prepare(request_)


def test_a_content_length_that_fits_is_sent_once():
    sent = prepare(Request("POST", "http://h/", (("content-length", "2"), ("X", " a "), ("X", "\t")), b"ab")).request
    assert [pair for pair in sent.headers if pair[0] not in {"Host", "User-Agent", "Accept", "Accept-Encoding"}] == [
        ("X", "a"),
        ("X", ""),
        ("Content-Length", "2"),
        ("Connection", "close"),
    ]


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "header"),
    [
        ("http://h", "h", 80, False, "h"),
        ("https://H:8443/x", "h", 8443, True, "h:8443"),
        ("https://h:443/", "h", 443, True, "h"),
        ("http://žh.cz/", "xn--h-soa.cz", 80, False, "xn--h-soa.cz"),
        ("http://u:p@[::1]:81/", "::1", 81, False, "[::1]:81"),
    ],
)
def test_the_place_to_send_to_is_in_the_url(url, host, port, tls, header):
    prepared = prepare(Request("GET", url))
    assert (prepared.host, prepared.port, prepared.tls) == (host, port, tls)
    assert prepared.request.headers[0] == ("Host", header)


@given(TEXT, st.lists(st.tuples(TEXT, TEXT), max_size=3), st.sampled_from(["GET", "POST"]), st.none() | st.binary())
def test_whatever_is_given_each_header_sent_is_one_line(path, headers, method, body):
    try:
        sent = prepare(Request(method, f"http://user:{path}@h/{path}?{path}", tuple(headers), body)).request
    except InvalidRequest:
        return
    wire = "\r\n".join(f"{name}: {value}" for name, value in sent.headers).encode()
    assert wire.count(b"\n") == wire.count(b"\r") == len(sent.headers) - 1
    assert sent.url.isascii()
    assert not any(character.isspace() for character in sent.url)
