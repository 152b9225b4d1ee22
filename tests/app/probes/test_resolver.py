"""Names to addresses, by a real DNS server and a hosts file."""

import asyncio
import os

import pytest

from app.probes import resolver as resolver_module
from app.probes.hosts_file import HostsFile, parse_hosts
from app.probes.resolver import MAX_ADDRESSES_A_FAMILY, Resolver, Unresolved
from app.probes.result import FailureCode


@pytest.fixture
def resolver(names, tmp_path):
    return Resolver(hosts=tmp_path / "hosts", upstream=names.upstream)


async def code_of(resolver, name, seconds=5.0):
    with pytest.raises(Unresolved) as caught:
        await resolver.resolve(name, seconds=seconds)
    return caught.value.code


async def test_both_families_are_asked_and_ipv6_comes_first(resolver, names):
    names.answers = {"both.example": [["192.0.2.1", "192.0.2.2", "2001:db8::1"]]}
    addresses, milliseconds = await resolver.resolve("both.example", seconds=5)
    assert addresses[0] == "2001:db8::1"
    assert sorted(addresses[1:]) == ["192.0.2.1", "192.0.2.2"]
    assert milliseconds > 0


async def test_of_many_addresses_only_some_of_each_family_are_taken(resolver, names):
    names.answers = {"many.example": [[f"192.0.2.{number}" for number in range(50)]]}
    addresses, _ = await resolver.resolve("many.example", seconds=5)
    assert len(set(addresses)) == len(addresses) == MAX_ADDRESSES_A_FAMILY


@pytest.mark.parametrize("name", ["nowhere.example", "a" * 64 + ".example", "a..b", ".", "x" * 300, "a b"])
async def test_a_name_without_an_address_is_not_found(resolver, name):
    assert await code_of(resolver, name) is FailureCode.NAME_NOT_FOUND


async def test_a_name_of_other_records_only_is_not_found(resolver, names):
    names.answers = {"mail.example": [[]]}
    assert await code_of(resolver, "mail.example") is FailureCode.NAME_NOT_FOUND


async def test_a_broken_name_server_is_told_from_an_unknown_name(resolver, names):
    names.answers = {"broken.example": [["BROKEN A", "BROKEN AAAA"]]}
    assert await code_of(resolver, "broken.example") is FailureCode.NAME_SERVER_FAILED


async def test_a_name_server_that_is_silent_is_too_late(resolver, names):
    names.answers = {"silent.example": [["SILENT A", "SILENT AAAA"]]}
    assert await code_of(resolver, "silent.example", seconds=0.3) is FailureCode.TIMEOUT


@pytest.mark.parametrize("trouble", ["SILENT AAAA", "BROKEN AAAA"])
async def test_a_family_that_fails_does_not_take_the_other_one_with_it(resolver, names, trouble):
    names.answers = {"half.example": [["192.0.2.1", trouble]]}
    async with asyncio.timeout(5):
        addresses, _ = await resolver.resolve("half.example", seconds=60)
    assert addresses == ["192.0.2.1"]


async def test_waiting_for_a_free_lookup_is_bounded_and_not_counted(names, tmp_path, monkeypatch):
    monkeypatch.setattr(resolver_module, "MAX_LOOKUPS", 1)
    resolver = Resolver(hosts=tmp_path / "hosts", upstream=names.upstream)
    names.answers = {"silent.example": [["SILENT A", "SILENT AAAA"]], "a.example": [["192.0.2.1"]]}
    first = asyncio.create_task(code_of(resolver, "silent.example", seconds=0.5))
    await asyncio.sleep(0)
    assert await code_of(resolver, "a.example", seconds=0.1) is FailureCode.TIMEOUT
    _, milliseconds = await resolver.resolve("a.example", seconds=5)
    assert await first is FailureCode.TIMEOUT
    assert milliseconds < 300


async def test_the_hosts_file_is_heard_first_and_read_again_when_it_changed(resolver, names, tmp_path):
    names.answers = {"box.lan": [["192.0.2.1"]]}
    hosts = tmp_path / "hosts"
    hosts.write_text("192.0.2.7 Box.lan\n")
    assert (await resolver.resolve("BOX.lan.", seconds=5))[0] == ["192.0.2.7"]
    hosts.write_text("192.0.2.8 box.lan\n")
    os.utime(hosts, (1, 1))
    assert (await resolver.resolve("box.lan", seconds=5))[0] == ["192.0.2.8"]
    hosts.unlink()
    assert (await resolver.resolve("box.lan", seconds=5))[0] == ["192.0.2.1"]


def test_a_hosts_file_is_lines_of_an_address_and_its_names():
    text = "# a comment\n\n127.0.0.1\tlocalhost LOCAL # own\n::1 localhost\n127.0.0.1 localhost\nalone\n\ufffd x\n"
    assert parse_hosts(text) == {"localhost": ["127.0.0.1", "::1"], "local": ["127.0.0.1"], "x": ["\ufffd"]}


def test_a_missing_hosts_file_names_nothing(tmp_path):
    assert HostsFile(tmp_path / "none").addresses("localhost") == []


async def test_a_machine_without_name_servers_says_nothing_about_the_target(tmp_path, monkeypatch):
    monkeypatch.setattr(resolver_module, "_RESOLV_CONF", tmp_path / "none")
    assert await code_of(Resolver(hosts=tmp_path / "hosts"), "a.example") is FailureCode.NOT_MEASURED
