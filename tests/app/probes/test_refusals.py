"""Targets that must not be reached: whatever is written, nothing is sent and nobody is connected to."""

import asyncio
import socket

import pytest

from app.probes.http import Prober, exchange
from app.probes.resolver import Resolver
from app.probes.result import FailureCode, Phase, Request
from app.security.addresses import REFUSED_MESSAGE
from tests.app.receiver import Receiver, answer

REFUSED, UNKNOWN, INVALID = FailureCode.ADDRESS_REFUSED, FailureCode.NAME_NOT_FOUND, FailureCode.INVALID_REQUEST

PRIVATE_NAMES = {
    "loop.example": ["127.0.0.1"],
    "six.example": ["::1"],
    "lan.example": ["10.0.0.1", "192.168.1.1", "172.16.0.1", "fd00::1"],
    "metadata.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "any.example": ["0.0.0.0", "::"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
}

HOSTS = [
    ("127.0.0.1", REFUSED),
    ("127.255.255.254", REFUSED),
    ("127.1", UNKNOWN),
    ("127.0.1", UNKNOWN),
    ("2130706433", UNKNOWN),
    ("017700000001", UNKNOWN),
    ("0x7f000001", UNKNOWN),
    ("0x7f.0.0.1", UNKNOWN),
    ("0X7F.1", UNKNOWN),
    ("0177.0.0.1", UNKNOWN),
    ("127.0.0.01", UNKNOWN),
    ("127.0.0.1.", UNKNOWN),
    ("127.0.0.1..", UNKNOWN),
    ("%31%32%37.0.0.1", REFUSED),
    ("\uff11\uff12\uff17.0.0.1", REFUSED),
    ("127\u30020\u30020\u30021", REFUSED),
    ("\u2460\u2461\u2466.0.0.1", REFUSED),
    ("0", UNKNOWN),
    ("0.0.0.0", REFUSED),
    ("localhost", REFUSED),
    ("LOCALHOST", REFUSED),
    ("localhost.", REFUSED),
    ("[::1]", REFUSED),
    ("[0:0:0:0:0:0:0:1]", REFUSED),
    ("[::]", REFUSED),
    ("[::127.0.0.1]", REFUSED),
    ("[::ffff:127.0.0.1]", REFUSED),
    ("[::ffff:7f00:1]", REFUSED),
    ("[::ffff:0:127.0.0.1]", REFUSED),
    ("[64:ff9b::127.0.0.1]", REFUSED),
    ("[64:ff9b:1::127.0.0.1]", REFUSED),
    ("[2002:7f00:1::]", REFUSED),
    ("[2001:0:7f00:1::1]", REFUSED),
    ("[fe80::1%25lo]", REFUSED),
    ("[::1%25lo]", REFUSED),
    ("user:pw@127.0.0.1", REFUSED),
    ("example.org@127.0.0.1", REFUSED),
    ("example.org:80@127.0.0.1", REFUSED),
    ("example.org\\@127.0.0.1", REFUSED),
    ("127.0.0.1 @nowhere.example", UNKNOWN),
    ("[v1.127.0.0.1]", UNKNOWN),
    ("10.1.2.3", REFUSED),
    ("172.31.255.255", REFUSED),
    ("192.168.0.1", REFUSED),
    ("100.64.0.1", REFUSED),
    ("169.254.169.254", REFUSED),
    ("[fd00:ec2::254]", REFUSED),
    ("100.100.100.200", REFUSED),
    ("224.0.0.1", REFUSED),
    ("255.255.255.255", REFUSED),
    *((name, REFUSED) for name in PRIVATE_NAMES),
]
URLS = [
    "http:///127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1:{port}/\r\nX-Injected: 1",
    "http://127.0.0.1:{port}\n/",
    "http://127.0.0.1%00:{port}/",
    "http://127.0.0.1:{port}0000/",
    "http://[::1/",
    "file:///etc/passwd",
    "file://127.0.0.1:{port}/etc/passwd",
    "gopher://127.0.0.1:{port}/_GET%20/",
    "dict://127.0.0.1:{port}/d",
    "ftp://127.0.0.1:{port}/",
    "ldap://127.0.0.1:{port}/",
    "telnet://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "javascript:alert(1)",
]


class Silent:
    """Counts who connects to this machine, by either family."""

    def __init__(self):
        self.connections = 0

    async def __aenter__(self):
        # Both families of one socket: an IPv4 connection arrives as a mapped address.
        listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self._server = await asyncio.start_server(self._count, sock=listener)
        self.port = listener.getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _count(self, _, writer):
        self.connections += 1
        writer.close()


@pytest.fixture
async def silent():
    async with Silent() as silent:
        yield silent


@pytest.fixture
async def strict(names, tmp_path):
    """A prober that may not reach private addresses."""
    (tmp_path / "hosts").write_text("127.0.0.1 localhost\n::1 localhost # and more\n")
    names.answers = {name: [addresses] for name, addresses in PRIVATE_NAMES.items()}
    resolver = Resolver(hosts=tmp_path / "hosts", upstream=names.upstream)
    async with Prober(allow_private=False, resolver=resolver) as prober:
        yield prober


async def outcome(url, prober, **options):
    return await exchange(Request("GET", url), prober=prober, deadline=5, **options)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("host", "code"), HOSTS, ids=[ascii(host) for host, _ in HOSTS])
async def test_no_spelling_of_a_host_reaches_what_is_private(strict, silent, scheme, host, code):
    done = await outcome(f"{scheme}://{host}:{silent.port}/", strict)
    assert done.failure.code in {code, INVALID}
    assert (done.response, done.phases.connect_ms, silent.connections) == (None, None, 0)


@pytest.mark.parametrize("url", URLS)
async def test_what_is_no_plain_http_url_is_refused_before_anything_is_sent(strict, prober, silent, names, url):
    for allowing in (strict, prober):
        done = await outcome(url.format(port=silent.port), allowing)
        assert (done.failure.phase, done.failure.code) == (Phase.RESOLVE, INVALID)
    assert (silent.connections, names.questions) == (0, [])


async def test_a_refusal_says_why_and_which_address(strict, silent):
    done = await outcome(f"http://loop.example:{silent.port}/", strict)
    assert (done.failure.phase, done.failure.message) == (Phase.CONNECT, REFUSED_MESSAGE)
    assert done.address == "127.0.0.1"
    assert done.phases.resolve_ms > 0


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]",
     "0.0.0.0", "[::]", "[fe80::1%25lo]", "100.100.100.200", "168.63.129.16", "metadata.example"],
)  # fmt: skip
async def test_metadata_and_its_like_are_refused_even_where_private_is_allowed(prober, names, host):
    names.answers = {"metadata.example": [["169.254.169.254"]]}
    assert (await outcome(f"http://{host}/latest/meta-data/", prober)).failure.code is REFUSED


async def test_of_several_addresses_only_allowed_ones_are_connected_to(prober, names, receiver):
    names.answers = {"mixed.example": [["169.254.169.254", "0.0.0.0", "::ffff:169.254.169.254", "127.0.0.1"]]}
    done = await outcome(f"http://mixed.example:{receiver.port}/", prober)
    assert (done.response.status, done.address) == (200, "127.0.0.1")


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/meta-data/", "//169.254.169.254/", "http://user:pw@169.254.169.254/",
     "http://[::ffff:a9fe:a9fe]/", "http://metadata.example/", "http://0.0.0.0/"],
)  # fmt: skip
async def test_a_redirect_to_metadata_is_refused(prober, names, receiver, location):
    names.answers = {"metadata.example": [["169.254.169.254"]]}
    receiver.answers = [answer(302, Location=location)]
    done = await outcome(receiver.url, prober, follow_redirects=True)
    assert (done.failure.code, done.response, len(done.hops)) == (REFUSED, None, 1)
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
async def test_a_redirect_to_another_spelling_of_this_machine_leads_nowhere(prober, receiver, other, host):
    receiver.answers = [answer(302, Location=f"http://{host}:{other.port}/")]
    done = await outcome(receiver.url, prober, follow_redirects=True)
    assert (done.failure.code, other.requests) == (UNKNOWN, [])


async def test_a_name_that_changes_its_meaning_is_asked_once_and_pinned(prober, names, receiver):
    names.answers = {"rebind.example": [["127.0.0.1"], ["169.254.169.254"]]}
    done = await outcome(f"http://rebind.example:{receiver.port}/", prober)
    assert (done.response.status, done.address) == (200, "127.0.0.1")
    assert sorted(names.questions) == [("rebind.example", "A"), ("rebind.example", "AAAA")]


async def test_a_name_that_changes_its_meaning_is_vetted_again_at_each_hop(prober, names, receiver):
    names.answers = {"rebind.example": [["127.0.0.1"], ["169.254.169.254"]]}
    receiver.answers = [answer(302, Location="/again")]
    done = await outcome(f"http://rebind.example:{receiver.port}/", prober, follow_redirects=True)
    assert (done.failure.code, done.address, len(receiver.requests)) == (REFUSED, "169.254.169.254", 1)


async def test_the_proxies_of_the_environment_are_no_way_around(strict, monkeypatch):
    async with Receiver() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for url in ("http://127.0.0.1/", "https://127.0.0.1/", "http://loop.example/"):
            assert (await outcome(url, strict)).failure.code is REFUSED
        assert proxy.requests == []
