"""Whatever a proxy claims, an address is an address."""

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from app.web.client_address import TrustedProxies, first_address, forwarded_scheme

LONGEST_ADDRESS = 45
ADDRESSES = st.ip_addresses()


@given(st.text(max_size=80))
def test_any_header_gives_an_address_or_nothing(header: str) -> None:
    address = first_address(header)
    assert address is None or (len(address) <= LONGEST_ADDRESS and str(ip_address(address)) == address)


@given(ADDRESSES, st.lists(st.text(st.characters(exclude_characters=","), max_size=20)), st.integers(0, 65_535))
def test_the_first_address_counts(address: object, others: list[str], port: int) -> None:
    written = str(address)
    with_port = f"[{written}]:{port}" if ":" in written else f"{written}:{port}"
    for first in (written, with_port, f"  {written} "):
        assert first_address(",".join([first, *others])) == written


@given(st.text(max_size=80))
def test_any_scheme_is_one_of_two(header: str) -> None:
    assert forwarded_scheme(header) in {"http", "https"}


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_headers_of_a_trusted_peer_are_read(forwarded_for: bytes, proto: bytes) -> None:
    headers = {b"x-forwarded-for": forwarded_for, b"x-forwarded-proto": proto}
    scope = {"client": ("192.0.2.1", 1), "scheme": "http"}
    address, scheme = TrustedProxies("*").origin(scope, headers)
    assert address is None or str(ip_address(address)) == address
    assert scheme in {"http", "https"}


@given(st.text(max_size=60))
def test_an_untrusted_peer_is_taken_for_itself(claim: str) -> None:
    headers = {b"x-forwarded-for": claim.encode(), b"x-forwarded-proto": b"https"}
    scope = {"client": ("192.0.2.1", 1), "scheme": "http"}
    assert TrustedProxies("10.0.0.0/8").origin(scope, headers) == ("192.0.2.1", "http")
