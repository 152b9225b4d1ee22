"""How a request reached this server."""

import pytest

from app.web.client_address import TrustedProxies
from app.web.reached import Reached, how_reached, nearest_address, raw_headers

PROXIES = TrustedProxies("127.0.0.1,10.0.0.0/8")


def reached(peer: str | None = "127.0.0.1", root_path: str = "", **headers: str) -> Reached:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    client = (peer, 50_000) if peer else None
    scope = {"type": "http", "scheme": "http", "client": client, "headers": raw, "root_path": root_path}
    return how_reached(scope, raw_headers(scope), PROXIES)


def test_without_a_proxy_host_and_peer_count() -> None:
    assert reached("192.0.2.1", host="h.example:8000") == Reached("http://h.example:8000", "192.0.2.1")
    assert reached("192.0.2.1", host="h", root_path="/hc").root == "http://h/hc"


def test_forwarded_headers_of_a_trusted_proxy_count() -> None:
    forwarded = {"x_forwarded_proto": "https", "x_forwarded_host": "outside", "x_forwarded_for": "192.0.2.9"}

    assert reached(host="inside", **forwarded) == Reached("https://outside", "192.0.2.9")
    assert reached("192.0.2.1", host="inside", **forwarded) == Reached("http://inside", "192.0.2.1")


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("192.0.2.9, 10.0.0.2", "192.0.2.9"),
        ("1.1.1.1, 192.0.2.9, 10.0.0.2, 127.0.0.1", "192.0.2.9"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("192.0.2.9:4711", "192.0.2.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("192.0.2.9, nonsense", None),
        ("nonsense", None),
    ],
)
def test_the_nearest_address_that_is_no_proxy_counts(header: str, address: str | None) -> None:
    assert reached(host="h", x_forwarded_for=header).address == address


def test_a_proxy_may_add_a_line_of_its_own_below_what_the_sender_made_up() -> None:
    lines = [(b"x-forwarded-for", b"192.0.2.1"), (b"host", b"h"), (b"x-forwarded-for", b"198.51.100.7, 10.0.0.2")]
    scope = {"type": "http", "scheme": "http", "client": ("127.0.0.1", 50_000), "headers": lines}

    assert nearest_address(scope, PROXIES) == "198.51.100.7"


@pytest.mark.parametrize(
    "host", ["", "a b", "h/path", "h@x", "user:pw@h", "h:port", "h:123456", "<script>", "é.example"]
)
def test_what_is_no_host_names_no_root(host: str) -> None:
    assert reached(host=host).root is None
    assert reached(host="inside", x_forwarded_host=host).root == "http://inside"


def test_a_host_may_be_an_ipv6_address() -> None:
    assert reached(host="[::1]:8000").root == "http://[::1]:8000"


def test_of_a_header_that_is_sent_twice_the_first_counts() -> None:
    assert raw_headers({"headers": [(b"a", b"1"), (b"b", b"2"), (b"a", b"3")]}) == {b"a": b"1", b"b": b"2"}


def test_a_peer_without_address_is_on_this_machine() -> None:
    assert reached(None, host="h", x_forwarded_for="192.0.2.9") == Reached("http://h", "192.0.2.9")
    assert reached(None, host="h").address is None
