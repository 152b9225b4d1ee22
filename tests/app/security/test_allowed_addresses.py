"""From where a key may be used: addresses, networks, and patterns whose `*` stays inside one octet or group."""

import pytest

from app.errors import InvalidInput
from app.security.allowed_addresses import address_allowed, check_pattern

ADMITTED = [
    (None, "203.0.113.9"),
    ("", "203.0.113.9"),
    ("*", "203.0.113.9"),
    ("*", "2001:db8::1"),
    ("*", None),
    ("203.0.113.9", "203.0.113.9"),
    ("203.0.113.*", "203.0.113.9"),
    ("10.1.*.*", "10.1.2.3"),
    ("10.*.2.*", "10.1.2.3"),
    ("10.*", "10.1.2.3"),
    ("10.1*", "10.12.0.1"),
    ("10.1.2.2*", "10.1.2.25"),
    ("10.0.0.0/8", "10.200.1.1"),
    ("192.0.2.1, 10.*", "10.1.2.3"),
    ("10.1.*.*", "::ffff:10.1.2.3"),
    ("10.0.0.0/8", "::ffff:10.1.2.3"),
    ("2001:db8:*", "2001:db8::1"),
    ("2001:db8:*:*:*:*:*:*", "2001:db8::1"),
    ("2001:db8::*", "2001:db8::1f"),
    ("2001:DB8::*", "2001:db8::1f"),
    ("2001:0db8:0:0:*", "2001:db8::1"),
    ("fe80::1*", "fe80::12"),
    ("2001:db8::/32", "2001:db8::1"),
]
REFUSED = [
    ("10.1.*.*", "10.2.2.3"),
    ("10.1.*.*", None),
    ("10.*.3", "10.1.2.3"),
    ("10.1*", "10.1.0.1"),
    ("10.1.2.2*", "10.1.2.2"),
    ("203.0.113.*", "203.0.1130.9"),
    ("203.0.113.*", "2001:db8::1"),
    ("2001:db8::*", "2001:db8:1::1"),
    ("2001:db8:*", "2001:db9::1"),
    ("2001:db8:*", "10.1.2.3"),
    ("10.*", "no address"),
]
WRONG = [
    "10.*.3",
    "10.1.2.3.*",
    "host*",
    "10.1.2",
    "1:2:3:4:5:6:7:8:*",
    "10.*,",
    "2001:db8:g*",
    "*.example.org",
    "a?c*",
]


@pytest.mark.parametrize(("pattern", "address"), ADMITTED)
def test_a_pattern_admits_what_is_like_it(pattern: str | None, address: str | None):
    assert address_allowed(pattern, address)
    assert check_pattern(pattern or "*") == (pattern or "*")


@pytest.mark.parametrize(("pattern", "address"), REFUSED)
def test_a_pattern_refuses_all_else(pattern: str, address: str | None):
    assert not address_allowed(pattern, address)


@pytest.mark.parametrize("pattern", WRONG)
def test_a_pattern_that_no_address_is_like_is_refused_when_it_is_set(pattern: str):
    with pytest.raises(InvalidInput) as refused:
        check_pattern(pattern)

    assert refused.value.path == ("allowIp",)
