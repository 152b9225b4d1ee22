"""HTTP exchanges with real servers on this machine: what is sent, what is kept, and where redirects lead."""

import asyncio
from pathlib import Path

import pycurl
import pytest
import uvloop

from app.probes import handle
from app.probes.http import MAX_BODY_BYTES, MAX_REDIRECTS, RECORDED_BODY_BYTES, Prober, exchange
from app.probes.result import FailureCode, Phase, PhaseTimes, Request
from tests.app.receiver import ENDLESS, SILENCE, Receiver, answer

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n5\r\nhello\r\n0\r\nX-Late: 1\r\n\r\n"
)


def get(url, *headers):
    return Request("GET", url, headers)


async def once(request, prober, *, deadline=10.0, **options):
    return await exchange(request, prober=prober, deadline=deadline, **options)


async def test_a_request_arrives_as_the_exchange_tells(prober, receiver):
    headers = (("X-One", "1"), ("Authorization", "a"), ("Authorization", "b"), ("x-empty", ""), ("X-Utf", "ž"))

    done = await once(Request("POST", f"{receiver.url}/a%2Fb/../c d?e=f g#part", headers, b"body\0\xff"), prober)

    [got] = receiver.requests
    assert (got.method, got.target, got.body) == ("POST", "/a%2Fb/../c%20d?e=f%20g", b"body\0\xff")
    assert tuple((name, value) for name, value in got.headers) == done.request.headers
    assert got.headers == (
        ("Host", f"127.0.0.1:{receiver.port}"),
        *headers,
        ("User-Agent", "Heliograph"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
        ("Content-Length", "6"),
        ("Connection", "close"),
    )
    assert done.request.url == f"{receiver.url}/a%2Fb/../c%20d?e=f%20g"


async def test_headers_of_the_request_take_the_place_of_ours(prober, receiver):
    mine = (("user-agent", "me"), ("accept", "a/b"), ("Host", "there"), ("accept-encoding", "gzip"), ("expect", ""))
    done = await once(get(receiver.url, *mine), prober)
    [got] = receiver.requests
    assert got.headers == done.request.headers
    assert got.headers == (("Host", "there"), mine[0], mine[1], mine[3], mine[4], ("Connection", "close"))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("body", [None, b"", b"x"])
async def test_every_method_goes_out_with_and_without_a_body(prober, receiver, method, body):
    done = await once(Request(method, receiver.url, (), body), prober)
    [got] = receiver.requests
    assert done.failure is None
    assert (got.method, got.body) == (method, body or b"")
    length = got.values("Content-Length")
    assert length == ([str(len(body))] if body is not None else ["0"] * (method in {"POST", "PUT", "PATCH"}))
    assert got.headers == done.request.headers


async def test_one_handle_serves_requests_of_every_shape_in_turn(prober, receiver):
    shapes = [
        Request("HEAD", receiver.url),
        Request("POST", receiver.url, (("X-One", "1"),), b"first"),
        Request("GET", receiver.url),
        Request("PUT", receiver.url, (), b""),
        Request("HEAD", receiver.url),
    ]
    for shape in shapes:
        assert (await once(shape, prober)).response.status == 200
    assert [(got.method, got.body) for got in receiver.requests] == [(s.method, s.body or b"") for s in shapes]
    assert receiver.requests[2].values("X-One") == []


async def test_credentials_in_the_url_become_basic_authorization(prober, receiver):
    done = await once(get(f"http://user:p%3Aw@127.0.0.1:{receiver.port}/"), prober)
    assert receiver.requests[0].values("Authorization") == ["Basic dXNlcjpwOnc="]
    assert done.request.url == f"{receiver.url}/"


async def test_the_response_is_kept_as_it_came(prober, receiver):
    receiver.answers = [
        (
            b"HTTP/1.1 418 Teapot\r\nB: 1\r\na:2\r\nB:  3 \r\nEmpty:\r\nUtf: \xc5\xbe\r\nOld: \xe9\r\n"
            b"Content-Type: a/b; charset=x\r\nContent-Length: 4\r\n\r\n\0\xff\r\n"
        )
    ]
    done = await once(get(receiver.url), prober)
    response = done.response
    assert (response.status, response.body, response.body_size) == (418, b"\0\xff\r\n", 4)
    assert response.headers[:6] == (("B", "1"), ("a", "2"), ("B", "3"), ("Empty", ""), ("Utf", "ž"), ("Old", "é"))
    assert response.content_type == "a/b; charset=x"
    assert not response.truncated
    assert (done.failure, done.address, done.certificate) == (None, "127.0.0.1", None)


async def test_interim_responses_and_trailers_are_no_part_of_the_response(prober, receiver):
    receiver.answers = [b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + CHUNKED]
    response = (await once(get(receiver.url), prober)).response
    assert (response.status, response.body) == (200, b"hello")
    assert response.headers == (("Transfer-Encoding", "chunked"), ("Trailer", "X-Late"))


async def test_a_compressed_body_is_neither_unpacked_nor_counted_so(prober, receiver):
    receiver.answers = [answer(200, b"\x1f\x8b not really", Content_Encoding="gzip")]
    response = (await once(get(receiver.url, ("Accept-Encoding", "gzip")), prober)).response
    assert (response.body, response.body_size) == (b"\x1f\x8b not really", 13)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [({}, RECORDED_BODY_BYTES), ({"body_limit": 10}, 10), ({"body_limit": 2**40}, MAX_BODY_BYTES)],
    ids=["by default", "less", "more"],
)
async def test_of_a_large_body_the_start_is_kept_and_all_is_counted(prober, receiver, asked, kept):
    body = bytes(range(256)) * 8192
    receiver.answers = [answer(200, body)]
    response = (await once(get(receiver.url), prober, **asked)).response
    assert response.body == body[:kept]
    assert response.body_size == len(body)
    assert response.truncated


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_response_without_a_body_is_whole(prober, receiver, method):
    receiver.answers = [b"HTTP/1.1 204 No Content\r\n\r\n"]
    done = await once(Request(method, receiver.url), prober)
    assert (done.response.body, done.response.body_size, done.failure) == (b"", 0, None)


async def test_cookies_are_not_kept(prober, receiver):
    receiver.answers = [answer(302, Location="/next", Set_Cookie="a=b; Path=/"), answer(200)]
    await once(get(receiver.url), prober, follow_redirects=True)
    assert receiver.requests[1].values("Cookie") == []


async def test_proxies_and_authorities_of_the_environment_are_ignored(prober, receiver, other, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, other.url)
    monkeypatch.setenv("NO_PROXY", "")
    await once(get(receiver.url), prober)
    assert (len(receiver.requests), other.requests) == (1, [])


# --- redirects


async def test_redirects_are_answers_unless_they_are_followed(prober, receiver):
    receiver.answers = [answer(302, Location="/next")]
    done = await once(get(receiver.url), prober)
    assert (done.response.status, done.hops, len(receiver.requests)) == (302, (), 1)


async def test_the_final_response_stands_for_all_hops_and_their_times_are_summed(prober, receiver):
    receiver.answers = [answer(301, Location="b"), answer(302, Location="/c?d#e"), answer(200, b"end")]
    done = await once(get(f"{receiver.url}/x/a"), prober, follow_redirects=True)
    assert [got.target for got in receiver.requests] == ["/x/a", "/x/b", "/c?d"]
    assert (done.response.body, done.request.url) == (b"end", f"{receiver.url}/c?d")
    assert [(hop.url, hop.status, hop.address) for hop in done.hops] == [
        (f"{receiver.url}/x/a", 301, "127.0.0.1"),
        (f"{receiver.url}/x/b", 302, "127.0.0.1"),
    ]
    assert done.phases.connect_ms > sum(hop.phases.connect_ms for hop in done.hops)


async def test_ten_redirects_are_followed_and_the_eleventh_is_too_many(prober, receiver):
    receiver.answers = [answer(302, Location=f"/{hop}") for hop in range(MAX_REDIRECTS)] + [answer(200)]
    done = await once(get(receiver.url), prober, follow_redirects=True)
    assert (done.response.status, len(done.hops), done.failure) == (200, 10, None)

    receiver.answers = [answer(302, Location="/on")]
    done = await once(get(receiver.url), prober, follow_redirects=True)
    assert done.failure.code is FailureCode.TOO_MANY_REDIRECTS
    assert (done.response.status, len(done.hops)) == (302, 10)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://[", "http://h:99999"])
async def test_a_redirect_to_no_http_url_fails_and_shows_the_response(prober, receiver, location):
    receiver.answers = [answer(302, b"moved", Location=location)]
    done = await once(get(receiver.url), prober, follow_redirects=True)
    assert done.failure.code is FailureCode.INVALID_REDIRECT
    assert done.response.body == b"moved"
    assert len(receiver.requests) == 1


async def test_a_redirect_without_a_place_is_an_answer(prober, receiver):
    receiver.answers = [answer(302)]
    done = await once(get(receiver.url), prober, follow_redirects=True)
    assert (done.response.status, done.failure) == (302, None)


async def test_another_origin_is_not_shown_the_keys(prober, receiver, other):
    receiver.answers = [answer(307, Location=f"{other.url}/next")]
    keys = (("Authorization", "Bearer s3cret"), ("X-Api-Key", "s3cret"), ("Host", "s3cret"), ("Cookie", "s3cret"))
    url = f"http://user:s3cret@127.0.0.1:{receiver.port}/"
    await once(Request("POST", url, (*keys, ("Content-Type", "a/b")), b"body"), prober, follow_redirects=True)
    [got] = other.requests
    assert (got.method, got.body) == ("POST", b"body")
    assert "s3cret" not in str(got.headers)
    assert got.values("Content-Type") == ["a/b"]
    assert got.values("Host") == [f"127.0.0.1:{other.port}"]


async def test_the_same_origin_gets_the_keys_again(prober, receiver):
    receiver.answers = [answer(302, Location="/next"), answer(200)]
    await once(get(f"http://user:pw@127.0.0.1:{receiver.port}/", ("X-Api-Key", "k")), prober, follow_redirects=True)
    first, second = receiver.requests
    assert second.headers == first.headers
    assert first.values("Authorization") == ["Basic dXNlcjpwdw=="]


@pytest.mark.parametrize(("status", "method", "body"), [(303, "GET", b""), (301, "GET", b""), (308, "POST", b"x")])
async def test_a_redirect_keeps_or_changes_the_method_as_http_says(prober, receiver, status, method, body):
    receiver.answers = [answer(status, Location="/next"), answer(200)]
    await once(Request("POST", receiver.url, (("Content-Type", "a/b"),), b"x"), prober, follow_redirects=True)
    got = receiver.requests[1]
    assert (got.method, got.body) == (method, body)
    assert got.values("Content-Type") == (["a/b"] if body else [])


# --- deadlines, cancelling, and what is left behind


async def test_the_deadline_spans_all_hops(prober, receiver):
    receiver.answers = [answer(302, Location="/next"), SILENCE]
    done = await once(get(receiver.url), prober, follow_redirects=True, deadline=0.4)
    assert (done.failure.phase, done.failure.code) == (Phase.PROCESSING, FailureCode.TIMEOUT)
    assert (done.response, len(done.hops), len(receiver.requests)) == (None, 1, 2)


async def test_of_an_endless_response_the_start_is_kept_until_the_deadline(prober, receiver, monkeypatch):
    unbounded = tuple(option for option in handle._ALWAYS if option[0] != pycurl.MAXFILESIZE_LARGE)
    monkeypatch.setattr(handle, "_ALWAYS", unbounded)  # what is too large may come first on a quick machine
    receiver.answers = [ENDLESS]
    done = await once(get(receiver.url), prober, deadline=0.4)
    assert (done.failure.phase, done.failure.code) == (Phase.TRANSFER, FailureCode.TIMEOUT)
    assert done.response.body == b"x" * RECORDED_BODY_BYTES
    assert done.response.body_size > RECORDED_BODY_BYTES


@pytest.mark.parametrize("deadline", [0, -1])
async def test_without_time_nothing_is_measured_as_success(prober, receiver, deadline):
    receiver.answers = [SILENCE]
    done = await once(get(receiver.url), prober, deadline=deadline)
    assert done.failure.code is FailureCode.TIMEOUT


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  what is waited for is the kernel's, or the other side's
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
async def test_two_hundred_exchanges_at_once_leave_nothing_open(prober, authority, secure):
    async with Receiver(tls=authority.context("127.0.0.1") if secure else None) as receiver:
        await once(get(receiver.url), prober)
        await asyncio.sleep(0.05)
        before = open_files()
        done = await asyncio.gather(*(once(get(receiver.url), prober, deadline=60) for _ in range(200)))
        assert [exchanged.failure for exchanged in done] == [None] * 200
        await until(lambda: open_files() <= before)


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
async def test_a_cancelled_exchange_leaves_nothing_open(prober, authority, secure):
    async with Receiver([SILENCE], tls=authority.context("127.0.0.1") if secure else None) as receiver:
        before = open_files()
        tasks = [asyncio.create_task(once(get(receiver.url), prober)) for _ in range(20)]
        await until(lambda: len(receiver.requests) == 20)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(end) for end in ended} == {asyncio.CancelledError}
    await until(lambda: open_files() <= before)


async def test_a_cancelled_look_up_leaves_nothing_open(prober, names):
    names.answers = {"slow.example": [["SILENT A", "SILENT AAAA"]]}
    before = open_files()
    task = asyncio.create_task(once(get("http://slow.example/"), prober))
    await until(lambda: len(names.questions) == 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: open_files() <= before)


async def test_what_runs_when_the_prober_is_closed_is_not_measured(prober, receiver):
    receiver.answers = [SILENCE]
    running = asyncio.create_task(once(get(receiver.url), prober))
    await until(lambda: receiver.requests)
    prober.close()
    assert (await running).failure.code is FailureCode.NOT_MEASURED
    assert (await once(get(receiver.url), prober)).failure.code is FailureCode.NOT_MEASURED
    prober.close()


def test_a_prober_leaves_no_descriptor_when_it_is_closed():
    async def many():
        async with Receiver() as receiver:
            for _ in range(20):
                async with Prober(allow_private=True) as prober:
                    assert (await once(get(receiver.url), prober)).failure is None

    asyncio.run(many())
    before = open_files()
    asyncio.run(many())
    assert open_files() == before


def test_it_runs_on_uvloop_too():
    async def several():
        async with Receiver() as receiver, Prober(allow_private=True) as prober:
            done = await asyncio.gather(*(once(get(receiver.url), prober) for _ in range(20)))
            receiver.answers = [SILENCE]
            late = await once(get(receiver.url), prober, deadline=0.2)
            return {one.failure for one in done}, late.failure.code

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(several()) == ({None}, FailureCode.TIMEOUT)


def test_an_exchange_does_not_show_its_secrets():
    request = Request("GET", "http://user:s3cret@h/?token=s3cret", (("X-Api-Key", "s3cret"),), b"s3cret")
    assert "s3cret" not in repr(request)


def test_phases_are_summed_part_by_part():
    both = PhaseTimes(1, 2, None, 4, 5, 6) + PhaseTimes(None, 1, None, 1, 1)
    assert both == PhaseTimes(1, 3, None, 5, 6, 6)
    assert both.total_ms == 21
    assert PhaseTimes().total_ms == 0
