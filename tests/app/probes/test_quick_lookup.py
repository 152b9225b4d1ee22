"""The common case of the DNS, and everything that is not it."""

import asyncio

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.probes.quick_lookup import _A, _addresses, _Query, quick_lookup
from tests.app.probes.test_http import open_files

NAME = "www.shop.example"


class Server(asyncio.DatagramProtocol):
    """Answers each query by what a function of the test makes of it: any number of datagrams."""

    def __init__(self, answers):
        self._answers = answers

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, sender):
        for answer in self._answers(dns.message.from_wire(data)):
            self._transport.sendto(answer, sender)


async def lookup(answers, *, name=NAME, seconds=1.0):
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Server(answers), local_addr=("127.0.0.1", 0))
    try:
        return await quick_lookup("127.0.0.1", transport.get_extra_info("sockname")[1], name, seconds=seconds)
    finally:
        transport.close()


def reply_to(query, *records):
    reply = dns.message.make_response(query)
    reply.answer += [dns.rrset.from_text(*record) for record in records]
    return reply


def address_of(query):
    kind = query.question[0].rdtype.name
    return (f"{NAME}.", 60, "IN", kind, {"A": "192.0.2.1", "AAAA": "2001:db8::1"}[kind])


async def test_both_families_are_asked_in_one_go():
    found = await lookup(lambda query: [reply_to(query, address_of(query)).to_wire()])
    assert found == ["2001:db8::1", "192.0.2.1"]


async def test_aliases_are_followed_by_the_server():
    def answers(query):
        alias = (f"{NAME}.", 60, "IN", "CNAME", "edge.example.")
        _, *rest = address_of(query)
        return [reply_to(query, alias, ("edge.example.", *rest)).to_wire()]

    assert await lookup(answers) == ["2001:db8::1", "192.0.2.1"]


async def test_a_name_of_one_family_has_the_addresses_of_that_one():
    def answers(query):
        return [reply_to(query, *([address_of(query)] if query.question[0].rdtype.name == "A" else [])).to_wire()]

    assert await lookup(answers) == ["192.0.2.1"]


async def test_one_family_is_not_held_up_by_the_other():
    def answers(query):
        return [reply_to(query, address_of(query)).to_wire()] if query.question[0].rdtype.name == "A" else []

    async with asyncio.timeout(10):
        assert await lookup(answers, seconds=60) == ["192.0.2.1"]


async def test_answers_to_other_questions_are_not_heard():
    def answers(query):
        good = reply_to(query, address_of(query))
        other_number = reply_to(query, (f"{NAME}.", 60, "IN", "A", "192.0.2.66"))
        other_number.id = query.id ^ 1
        other_name = dns.message.make_query("evil.example", query.question[0].rdtype)
        other_name.id = query.id
        other = reply_to(other_name, ("evil.example.", 60, "IN", "A", "192.0.2.66"))
        return [b"", b"\0", other_number.to_wire(), other.to_wire(), good.to_wire(), other_number.to_wire()]

    assert await lookup(answers) == ["2001:db8::1", "192.0.2.1"]


@pytest.mark.parametrize("trouble", ["truncated", "no such name", "failure", "no response", "cut", "nothing"])
async def test_what_is_uncommon_is_left_to_others(trouble):
    def answers(query):
        reply = reply_to(query, address_of(query))
        if trouble == "truncated":
            reply.flags |= dns.flags.TC
        if trouble == "no such name":
            reply.set_rcode(dns.rcode.NXDOMAIN)
        if trouble == "failure":
            reply.set_rcode(dns.rcode.SERVFAIL)
        if trouble == "no response":
            reply.flags &= ~dns.flags.QR
        if trouble == "nothing":
            return []
        return [reply.to_wire()[: -13 if trouble == "cut" else None]]

    assert await lookup(answers, seconds=0.2) == []


@pytest.mark.parametrize("name", ["", ".", "a..b", "a" * 64 + ".example", "x." * 600 + "y"])
async def test_names_that_cannot_be_asked_for_have_no_address(name):
    assert await lookup(lambda _: [], name=name, seconds=0.1) == []


async def test_a_server_that_is_not_there_has_no_answer():
    before = open_files()
    assert await quick_lookup("127.0.0.1", 1, NAME, seconds=0.2) == []
    assert open_files() == before


@given(st.binary(max_size=80))
def test_whatever_a_server_sends_is_read_without_error(answers):
    query = _Query(_A, b"\1a\0\0\1\0\1")
    head = b"\0\1\x80\0\0\1\0\5\0\0\0\0"
    assert all(address.count(".") == 3 for address in _addresses(head + query.question + answers, query))
