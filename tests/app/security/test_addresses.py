"""The outgoing-address policy (DESIGN section 4)."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security.addresses import Reach, is_allowed, reach_of

PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::200e", "64:ff9b::808:808"]
PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "::1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:0:192.168.0.1",
    "2002:7f00:1::1",
    "2002:c0a8:101::",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
]
FORBIDDEN = [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "ff02::1",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "fd00:42::42",
    "::ffff:169.254.169.254",
    "::ffff:0.0.0.0",
    "2002:a9fe:a9fe::1",
    "64:ff9b::a9fe:a9fe",
    "2001:0:4136:e378::1",
    "100::1",
    "4000::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_always_allowed(address):
    assert is_allowed(address, allow_private=False)
    assert is_allowed(address, allow_private=True)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_a_matter_of_the_setting(address):
    assert not is_allowed(address, allow_private=False)
    assert is_allowed(address, allow_private=True)


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_forbidden_address_is_never_allowed(address):
    assert not is_allowed(address, allow_private=False)
    assert not is_allowed(address, allow_private=True)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "127.0.0.01", "1.1.1.1 "])
def test_what_is_no_plain_address_is_never_allowed(text):
    assert not is_allowed(text, allow_private=True)


@given(st.ip_addresses(v=4))
def test_an_ipv6_form_of_an_ipv4_address_reaches_just_as_far(address):
    number = int(address)
    forms = [
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0xFFFF << 48 | number),
        IPv6Address(0x64FF9B << 96 | number),
        IPv6Address(0x2002 << 112 | number << 80 | 1),
    ]
    assert {reach_of(form) for form in forms} == {reach_of(address)}


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_counts_as_public_that_the_registry_calls_special(address):
    if reach_of(address) is Reach.PUBLIC:
        assert address.is_global
        assert not (address.is_multicast or address.is_reserved or address.is_link_local)


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_counts_as_public_that_the_registry_calls_special(address):
    carried = address.sixtofour or address.ipv4_mapped
    if reach_of(address) is Reach.PUBLIC and carried is None and address not in _nat64():
        assert address.is_global
        assert not (address.is_multicast or address.is_reserved or address.is_link_local)


def test_the_edges_of_the_private_ranges_are_where_the_registry_has_them():
    inside = ["172.16.0.0", "100.64.0.0", "198.18.0.0"]
    outside = ["172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "198.17.255.255", "198.20.0.0"]
    assert {reach_of(IPv4Address(address)) for address in inside} == {Reach.PRIVATE}
    assert {reach_of(IPv4Address(address)) for address in outside} == {Reach.PUBLIC}


def _nat64():
    from ipaddress import IPv6Network

    return IPv6Network("64:ff9b::/96")
