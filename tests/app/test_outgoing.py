"""The HTTP client of the channels, against real servers on this machine."""

import asyncio
import socket

import pytest
import uvloop

from app.channels.message import DeliveryError
from app.outgoing import MAX_REPLY_BYTES, deliver, exchange
from app.security.addresses import REFUSED_MESSAGE
from app.security.hops import HttpRequest
from tests.app.certificates import self_signed
from tests.app.receiver import ENDLESS, SILENCE, Receiver, answer


@pytest.fixture
async def receiver():
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def other():
    async with Receiver() as receiver:
        yield receiver


async def refusal(request, **arguments):
    with pytest.raises(DeliveryError) as caught:
        await exchange(request, **{"allow_private": True} | arguments)
    assert not caught.value.permanent
    return str(caught.value)


def get(url, **headers):
    return HttpRequest("GET", url, headers)


def answers_by(monkeypatch, addresses):
    """Let every name resolve to these addresses."""

    async def getaddrinfo(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


async def test_a_request_arrives_as_it_was_given(receiver):
    receiver.answers = [answer(202, b"thanks")]
    request = HttpRequest("POST", f"{receiver.url}/a%2Fb?c=d%20e", {"X-One": "1"}, b"body")

    reply = await exchange(request, allow_private=True)

    assert (reply.status, reply.body) == (202, b"thanks")
    [got] = receiver.requests
    assert (got.method, got.target, got.body) == ("POST", "/a%2Fb?c=d%20e", b"body")
    assert got.values("X-One") == ["1"]
    assert got.values("User-Agent") == ["Heliograph"]
    assert got.values("Content-Type") == []
    assert got.values("Accept-Encoding") == []
    assert got.values("Connection") == ["close"]


async def test_headers_of_the_request_win_over_ours(receiver):
    request = HttpRequest("PUT", receiver.url, {"user-agent": "me", "Host": "there", "content-type": "a/b"}, b"x")
    await exchange(request, allow_private=True)
    [got] = receiver.requests
    assert got.values("User-Agent") == ["me"]
    assert got.values("Host") == ["there"]
    assert got.values("Content-Type") == ["a/b"]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "017700000001", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "localhost",
     "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "0", "[::]", "user:pw@127.0.0.1", "127.0.0.1.",
     "example.org@127.0.0.1", "\uff11\uff12\uff17.0.0.1"],
)  # fmt: skip
async def test_this_machine_is_out_of_reach_however_it_is_written(receiver, host):
    text = await refusal(get(f"http://{host}:{receiver.port}/"), allow_private=False)
    assert text in {REFUSED_MESSAGE, "Could not resolve host"}
    assert receiver.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f000001", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
async def test_a_private_address_is_refused_in_the_words_of_the_spec(receiver, host):
    assert await refusal(get(f"http://{host}:{receiver.port}/"), allow_private=False) == REFUSED_MESSAGE


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "0.0.0.0", "[fe80::1%25lo]"]
)
async def test_metadata_and_its_like_are_refused_even_where_private_is_allowed(host):
    assert await refusal(get(f"http://{host}/latest/meta-data/")) == REFUSED_MESSAGE


async def test_a_name_is_judged_by_the_address_that_it_resolves_to(receiver, monkeypatch):
    answers_by(monkeypatch, ["127.0.0.1"])
    url = f"http://public.example.org:{receiver.port}/"
    assert await refusal(get(url), allow_private=False) == REFUSED_MESSAGE
    assert receiver.requests == []
    await exchange(get(url), allow_private=True)
    assert receiver.requests[0].values("Host") == [f"public.example.org:{receiver.port}"]


async def test_of_several_addresses_only_allowed_ones_are_connected_to(receiver, monkeypatch):
    answers_by(monkeypatch, ["169.254.169.254", "0.0.0.0", "127.0.0.1"])
    reply = await exchange(get(f"http://mixed.example.org:{receiver.port}/"), allow_private=True)
    assert reply.status == 200


async def test_each_hop_resolves_and_is_vetted_anew(receiver, monkeypatch):
    asked = []

    async def getaddrinfo(host, port, **_):
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    receiver.answers = [answer(302, Location="/again")]

    assert await refusal(get(f"http://rebind.example.org:{receiver.port}/")) == REFUSED_MESSAGE
    assert asked == ["rebind.example.org"] * 2
    assert len(receiver.requests) == 1


async def test_a_redirect_to_metadata_is_refused(receiver):
    receiver.answers = [answer(302, Location="http://169.254.169.254/latest/meta-data/")]
    assert await refusal(get(receiver.url)) == REFUSED_MESSAGE


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://[", "http://h:99999"])
async def test_a_redirect_to_anything_but_http_fails(receiver, location):
    receiver.answers = [answer(302, Location=location)]
    assert await refusal(get(receiver.url)) == "Connection failed"
    assert len(receiver.requests) == 1


async def test_three_redirects_are_followed(receiver):
    receiver.answers = [answer(302, Location=f"/{hop}") for hop in range(3)] + [answer(200)]
    reply = await exchange(get(receiver.url), allow_private=True)
    assert reply.status == 200
    assert [request.target for request in receiver.requests] == ["/", "/0", "/1", "/2"]


async def test_the_fourth_redirect_is_too_many(receiver):
    receiver.answers = [answer(302, Location="/on")]
    assert await refusal(get(receiver.url)) == "Too many redirects"
    assert len(receiver.requests) == 4


async def test_a_redirect_without_a_place_is_an_answer(receiver):
    receiver.answers = [answer(302)]
    assert (await exchange(get(receiver.url), allow_private=True)).status == 302


async def test_another_origin_is_not_shown_the_keys(receiver, other):
    receiver.answers = [answer(307, Location=f"{other.url}/next")]
    headers = {"Authorization": "Bearer s3cret", "X-Api-Key": "s3cret", "Content-Type": "text/plain"}
    await exchange(HttpRequest("POST", receiver.url, headers, b"body"), allow_private=True)
    [got] = other.requests
    assert (got.method, got.body) == ("POST", b"body")
    assert "s3cret" not in str(got.headers)
    assert got.values("Content-Type") == ["text/plain"]


async def test_cookies_are_not_kept(receiver):
    receiver.answers = [answer(302, Location="/next", Set_Cookie="a=b; Path=/"), answer(200)]
    await exchange(get(receiver.url), allow_private=True)
    assert receiver.requests[1].values("Cookie") == []


async def test_proxy_variables_of_the_environment_are_ignored(receiver, other, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, other.url)
    await exchange(get(receiver.url), allow_private=True)
    assert len(receiver.requests) == 1
    assert other.requests == []


async def test_of_an_endless_answer_the_start_is_read(receiver):
    receiver.answers = [ENDLESS]
    reply = await exchange(get(receiver.url), allow_private=True)
    assert reply.body == b"x" * MAX_REPLY_BYTES


async def test_a_compressed_answer_is_not_unpacked(receiver):
    receiver.answers = [answer(200, b"\x1f\x8b not really", Content_Encoding="gzip")]
    assert (await exchange(get(receiver.url), allow_private=True)).body == b"\x1f\x8b not really"


async def test_silence_is_a_timeout(receiver):
    receiver.answers = [SILENCE]
    assert await refusal(get(receiver.url), deadline=0.1) == "Connection timed out"


async def test_the_deadline_spans_all_hops(receiver):
    receiver.answers = [answer(302, Location="/next"), SILENCE]
    assert await refusal(get(receiver.url), deadline=0.5) == "Connection timed out"
    assert len(receiver.requests) == 2


async def test_a_closed_port_is_a_failed_connection():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert await refusal(get(f"http://127.0.0.1:{taken.getsockname()[1]}/")) == "Connection failed"


@pytest.mark.parametrize("reply", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"])
async def test_an_answer_that_is_no_http_is_a_failed_connection(receiver, reply):
    receiver.answers = [reply]
    assert await refusal(get(receiver.url)) == "Connection failed"


async def test_a_name_without_an_address_cannot_be_resolved(monkeypatch):
    async def getaddrinfo(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    assert await refusal(get("http://nowhere.example.org/")) == "Could not resolve host"


@pytest.mark.parametrize("host", ["a" * 64 + ".example.org", "2130706433", "a..b"])
async def test_a_name_that_cannot_be_looked_up_cannot_be_resolved(host):
    assert await refusal(get(f"http://{host}/")) == "Could not resolve host"


async def test_plain_words_where_tls_is_expected_are_a_failed_handshake():
    async def greet(_, writer):
        writer.write(b"220 mail.example.org ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await refusal(get(f"https://127.0.0.1:{port}/")) == "TLS handshake failed"


async def test_a_certificate_that_nobody_vouches_for_is_a_failed_handshake(tmp_path):
    async with Receiver(tls=self_signed(tmp_path)) as receiver:
        assert await refusal(get(receiver.url)) == "TLS handshake failed"
        assert receiver.requests == []


async def test_delivery_tries_again_until_it_is_accepted(receiver):
    receiver.answers = [answer(500), answer(203), answer(204)]
    reply = await deliver(get(receiver.url), allow_private=True, tries=3)
    assert reply.status == 204
    assert len(receiver.requests) == 3


@pytest.mark.parametrize("tries", [1, 3])
async def test_delivery_gives_up_after_its_tries(receiver, tries):
    receiver.answers = [answer(500)] * (tries - 1) + [answer(418)]
    with pytest.raises(DeliveryError, match=r"^Received status code 418$"):
        await deliver(get(receiver.url), allow_private=True, tries=tries)
    assert len(receiver.requests) == tries


def test_it_runs_on_uvloop_too():
    async def once():
        async with Receiver() as receiver:
            reply = await exchange(get(receiver.url), allow_private=True)
            return reply.status, await refusal(get("http://localhost:1/"), allow_private=False)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(once()) == (200, REFUSED_MESSAGE)
