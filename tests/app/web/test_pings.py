"""Ping URLs, row by row (specs/healthchecks.md section 8)."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import update

from app.errors import InvalidInput
from app.models import Project
from app.models.tables import projects
from app.pipeline.ingest import Ingest
from app.rules.states import PingKind, ScheduleKind, WatchState
from app.security.keys import KeyRole
from app.site import Site
from app.store import checks as check_store
from app.store.checks import CheckRecord
from app.store.keys import NewKey, add
from app.web.pings import MAX_REQUEST_BODY, PingEndpoint
from tests.app.web.ping_client import PingClient
from tests.conftest import MovedClock
from tests.world import World, make_world

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")
UNKNOWN = "11111111-1111-4111-8111-111111111111"
RID = "0B5C7D1E-3a4f-4f43-8b57-0123456789ab"


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


@pytest.fixture
async def client(world: World) -> AsyncIterator[PingClient]:
    ingest = Ingest(world.site)
    yield PingClient(world, PingEndpoint(ingest, world.site))
    await ingest.close()


@pytest.fixture
async def check(world: World) -> CheckRecord:
    return await world.check(pinged=False)


@pytest.fixture
async def key(world: World) -> str:
    return await make_key(world)


async def make_key(world: World, role: KeyRole = KeyRole.PING, **terms: Any) -> str:
    async with world.site.database.transaction() as unit:
        _, secret = await add(unit, world.site.vault, world.project_id, NewKey(role, **terms), world.now)
    return secret


# --- paths and what they mean


@pytest.mark.parametrize("root", ["/ping/", "/healthchecks/ping/"])
@pytest.mark.parametrize(
    ("end", "kind", "exit_status"),
    [
        ("", PingKind.SUCCESS, None),
        ("/", PingKind.SUCCESS, None),
        ("/start", PingKind.START, None),
        ("/fail", PingKind.FAIL, None),
        ("/log", PingKind.LOG, None),
        ("/0", PingKind.SUCCESS, 0),
        ("/1", PingKind.FAIL, 1),
        ("/007", PingKind.FAIL, 7),
        ("/255", PingKind.FAIL, 255),
    ],
)
async def test_by_uuid(
    client: PingClient, check: CheckRecord, root: str, end: str, kind: PingKind, exit_status: int | None
) -> None:
    answer = await client.send(f"{root}{check.uuid}{end}")
    assert (answer.status_code, answer.text) == (200, "OK")
    (row,) = await client.rows()
    assert (row.watchable_id, row.kind, row.exit_status) == (check.id, kind, exit_status)


@pytest.mark.parametrize(
    ("end", "kind", "exit_status"),
    [
        ("", PingKind.SUCCESS, None),
        ("/start", PingKind.START, None),
        ("/fail", PingKind.FAIL, None),
        ("/log", PingKind.LOG, None),
        ("/0", PingKind.SUCCESS, 0),
        ("/42", PingKind.FAIL, 42),
    ],
)
async def test_by_slug(
    client: PingClient, check: CheckRecord, key: str, end: str, kind: PingKind, exit_status: int | None
) -> None:
    answer = await client.send(f"/ping/{key}/{check.slug}{end}")
    assert (answer.status_code, answer.text) == (200, "OK")
    (row,) = await client.rows()
    assert (row.watchable_id, row.kind, row.exit_status) == (check.id, kind, exit_status)


@pytest.mark.parametrize("method", METHODS)
async def test_every_method_counts(client: PingClient, check: CheckRecord, method: str) -> None:
    answer = await client.send(f"/ping/{check.uuid}", method, content=b"said")
    assert answer.status_code == 200
    assert answer.text == ("" if method == "HEAD" else "OK")
    (row,) = await client.rows()
    assert (row.method, row.kind, row.body) == (method, PingKind.SUCCESS, b"said")


async def test_headers_of_success(client: PingClient, check: CheckRecord, clock: MovedClock) -> None:
    answer = await client.send(f"/ping/{check.uuid}")
    assert dict(answer.headers) == {
        "content-type": "text/html; charset=utf-8",
        "content-length": "2",
        "access-control-allow-origin": "*",
        "ping-body-limit": "10000",
        "cache-control": "max-age=0, no-cache, no-store, must-revalidate, private",
        "expires": clock.now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }


async def test_expires_moves_with_the_clock(client: PingClient, check: CheckRecord, clock: MovedClock) -> None:
    first = await client.send(f"/ping/{check.uuid}")
    clock.move(seconds=90)
    second = await client.send(f"/ping/{check.uuid}")
    assert first.headers["expires"] != second.headers["expires"]
    assert second.headers["expires"] == clock.now.strftime("%a, %d %b %Y %H:%M:%S GMT")


async def test_a_ping_key_may_have_the_marks_of_older_ones(client: PingClient, check: CheckRecord) -> None:
    answer = await client.send(f"/ping/Old-KEY_1/{check.slug}")
    assert (answer.status_code, answer.text) == (404, "not found")


# --- refusals: none is recorded, none has a CORS header


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        (UNKNOWN, 404, "not found"),
        (f"{UNKNOWN}/start", 404, "not found"),
        (f"{UNKNOWN}?create=1", 404, "not found"),
        ("{uuid}/256", 400, "invalid url format"),
        ("{uuid}/00256", 400, "invalid url format"),
        ("{uuid}/" + "9" * 5000, 400, "invalid url format"),
        ("{uuid}/-1", 404, "not found"),
        ("{uuid}/other", 404, "not found"),
        ("{uuid}/START", 400, "invalid url format"),
        ("{uuid}?rid=", 400, "invalid uuid format"),
        ("{uuid}?rid=1", 400, "invalid uuid format"),
        ("{uuid}?rid=0b5c7d1e3a4f4f438b570123456789ab", 400, "invalid uuid format"),
        ("{uuid}?rid=" + RID + "0", 400, "invalid uuid format"),
        ("{key}/missing", 404, "not found"),
        ("{key}/Backup", 400, "invalid url format"),
        ("{key}/backup/256", 400, "invalid url format"),
        ("{key}/backup/-1", 404, None),
        ("{key}/backup/", 404, None),
        ("{key}/backup/start/", 404, None),
        ("{upper_key}/backup", 404, "not found"),
        ("wrong/backup", 404, "not found"),
        ("{upper}", 404, None),
        ("{upper}/start", 404, "not found"),
        ("{uuid}/start/", 404, None),
        ("{uuid}/1/2/3", 404, None),
        ("{uuid}//", 404, None),
        ("{uuid}%0A", 404, None),
        ("", 404, None),
        ("checks", 404, None),
        ("a b/c", 404, None),
        ("%C3%A9/%C3%A9", 404, None),
        ("{key}/%D9%A1", 404, None),
        ("{uuid}/%D9%A1", 404, None),
        ("{uuid}%00", 404, None),
        ("%FF/%FF", 404, None),
    ],
)
async def test_refused(
    client: PingClient, check: CheckRecord, key: str, path: str, status: int, text: str | None
) -> None:
    # given
    filled = path.format(uuid=check.uuid, upper=check.uuid.upper(), key=key, upper_key=key.upper())
    # when
    answer = await client.send(f"/ping/{filled}")
    # then
    assert answer.status_code == status
    if text is None:
        assert "<h1>" in answer.text
    else:
        assert answer.text == text
    assert "access-control-allow-origin" not in answer.headers
    assert await client.rows() == []
    assert (await client.world.stored(check)).ping_count == 0


async def test_an_ambiguous_slug_records_nothing(client: PingClient, world: World, key: str) -> None:
    # given
    await world.check("twin")
    await world.check("twin")
    # when
    answer = await client.send(f"/ping/{key}/twin?create=1")
    # then
    assert (answer.status_code, answer.text) == (409, "ambiguous slug")
    assert "access-control-allow-origin" not in answer.headers
    assert await client.rows() == []


async def test_a_key_opens_its_own_project_alone(client: PingClient, world: World, key: str) -> None:
    # given a check of that slug in another project
    async with world.site.database.transaction() as unit:
        other = Project(name="Other", created_at=world.now)
        await unit.add(other)
        assert other.id is not None
        await check_store.add(unit, check_store.new_check(other.id, "theirs", "theirs", world.now))
    # when
    answer = await client.send(f"/ping/{key}/theirs")
    # then
    assert (answer.status_code, answer.text) == (404, "not found")


@pytest.mark.parametrize("role", [KeyRole.READ_WRITE, KeyRole.READ_ONLY])
async def test_other_keys_ping_nothing(client: PingClient, world: World, check: CheckRecord, role: KeyRole) -> None:
    secret = await make_key(world, role)
    answer = await client.send(f"/ping/{secret}/{check.slug}?create=1")
    assert (answer.status_code, answer.text) == (404, "not found")


async def test_an_expired_key_opens_nothing(
    client: PingClient, world: World, check: CheckRecord, clock: MovedClock
) -> None:
    # given
    secret = await make_key(world, expires_at=clock.move(minutes=1))
    clock.move(seconds=-1)
    assert (await client.send(f"/ping/{secret}/{check.slug}")).status_code == 200
    # when
    clock.move(seconds=1)
    answers = [await client.send(f"/ping/{secret}/{slug}?create=1") for slug in (check.slug, "new")]
    # then
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(await client.rows()) == 1


async def test_a_key_is_bound_to_its_addresses(client: PingClient, world: World, check: CheckRecord) -> None:
    secret = await make_key(world, allow_ip="192.0.2.0/24")
    answers = [
        await client.send(f"/ping/{secret}/{slug}?create=1", peer=peer)
        for peer in ("192.0.2.9", "198.51.100.9")
        for slug in (check.slug, f"new-{peer[-3:-2]}")
    ]
    assert [answer.status_code for answer in answers] == [200, 201, 404, 404]


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        ("198.51.100.9, 192.0.2.9", 200),
        ("198.51.100.9, 192.0.2.9, 127.0.0.1", 200),
        ("192.0.2.9, 198.51.100.9", 404),
        ("192.0.2.9, nonsense", 404),
    ],
)
async def test_a_key_is_held_to_the_nearest_address_whatever_is_recorded(
    client: PingClient, world: World, check: CheckRecord, forwarded: str, status: int
) -> None:
    # given
    secret = await make_key(world, allow_ip="192.0.2.0/24")
    # when
    answer = await client.send(f"/ping/{secret}/{check.slug}", headers={"X-Forwarded-For": forwarded})
    # then
    assert answer.status_code == status
    assert [row.remote_address for row in await client.rows()] == ["198.51.100.9"] * (status == 200)


# --- run ids


async def test_a_run_id_is_kept_in_lower_case(client: PingClient, check: CheckRecord, clock: MovedClock) -> None:
    # given
    await client.send(f"/ping/{check.uuid}/start?rid={RID}")
    clock.move(seconds=3)
    # when
    await client.send(f"/ping/{check.uuid}?rid={RID.lower()}")
    # then
    assert {row.run_key for row in await client.rows()} == {RID.lower()}
    assert (await client.world.stored(check)).last_run_us == 3_000_000


async def test_the_last_of_several_run_ids_counts(client: PingClient, check: CheckRecord) -> None:
    await client.send(f"/ping/{check.uuid}?rid=nonsense&rid={RID}&other=%FF")
    (row,) = await client.rows()
    assert row.run_key == RID.lower()


# --- create=1


async def test_a_check_is_made(client: PingClient, world: World, key: str) -> None:
    # given two contacts, one with two channels
    channel_ids = [(await world.email(f"{name}@example.org")).id for name in "ab"]
    # when
    answer = await client.send(f"/ping/{key}/new-job/start?create=1&rid={RID}", "POST", content=b"hello")
    # then
    assert (answer.status_code, answer.text) == (201, "Created")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["ping-body-limit"] == "10000"
    (made,) = await check_store.of_project(world.site.database, world.project_id)
    assert (made.name, made.slug, made.tags) == ("new-job", "new-job", "")
    assert (made.schedule_kind, made.period, made.grace) == (ScheduleKind.PERIOD, 86_400, 3_600)
    assert (made.state, made.running, made.ping_count) == (WatchState.NEW, True, 1)
    (row,) = await client.rows(made)
    assert (row.kind, row.run_key, row.body) == (PingKind.START, RID.lower(), b"hello")
    await client.send(f"/ping/{key}/new-job/fail")
    assert {row.channel_id for row in await world.notifications()} == set(channel_ids)


async def test_an_existing_check_is_not_made_again(client: PingClient, check: CheckRecord, key: str) -> None:
    answer = await client.send(f"/ping/{key}/{check.slug}?create=1")
    assert (answer.status_code, answer.text) == (200, "OK")
    assert await check_store.count(client.world.site.database, client.world.project_id) == 1


@pytest.mark.parametrize("create", ["0", "true", "", "1 ", "2", "01"])
async def test_only_a_literal_1_creates(client: PingClient, key: str, create: str) -> None:
    answer = await client.send(f"/ping/{key}/new-job", params={"create": create})
    assert (answer.status_code, answer.text) == (404, "not found")
    assert await check_store.count(client.world.site.database, client.world.project_id) == 0


@pytest.mark.parametrize("path", ["new-job/256?create=1", "New-job?create=1", "new-job?create=1&rid=x"])
async def test_a_bad_request_makes_nothing(client: PingClient, key: str, path: str) -> None:
    answer = await client.send(f"/ping/{key}/{path}")
    assert answer.status_code == 400
    assert await check_store.count(client.world.site.database, client.world.project_id) == 0


@pytest.mark.parametrize(("length", "status"), [(100, 201), (101, 404)])
async def test_a_slug_has_a_longest_length(client: PingClient, key: str, length: int, status: int) -> None:
    answer = await client.send(f"/ping/{key}/{'x' * length}?create=1")
    assert answer.status_code == status


async def test_pings_may_fill_a_project_up_to_twice_its_limit(client: PingClient, world: World, key: str) -> None:
    # given
    async with world.site.database.transaction() as unit:
        await unit.execute(update(projects).values(check_limit=2))
    # when
    answers = [await client.send(f"/ping/{key}/job-{number}?create=1") for number in range(6)]
    # then
    assert [answer.status_code for answer in answers] == [201] * 4 + [404] * 2
    assert answers[-1].text == "not found"


async def test_racing_creations_make_one_check(client: PingClient, world: World, key: str) -> None:
    # given a second web process, where the database allows one
    other_ingest = Ingest(world.site)
    other = PingClient(world, PingEndpoint(other_ingest, world.site))
    senders = (client, client if world.site.database.is_sqlite else other)
    # when
    answers = await asyncio.gather(*(senders[number % 2].send(f"/ping/{key}/new-job?create=1") for number in range(12)))
    await other_ingest.close()
    # then
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    (made,) = await check_store.of_project(world.site.database, world.project_id)
    assert made.ping_count == 12


# --- bodies


@pytest.mark.parametrize("size", [0, 1, 9_999, 10_000, 10_001, 100_000])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_first_bytes_of_a_body_are_kept(
    client: PingClient, check: CheckRecord, size: int, method: str
) -> None:
    body = bytes(number % 256 for number in range(size))
    answer = await client.send(f"/ping/{check.uuid}", method, content=body)
    assert answer.status_code == 200
    (row,) = await client.rows()
    assert row.body == (body[:10_000] or None)


async def in_parts(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 4_096):
        yield b"x" * 4_096
    yield b"x" * (size % 4_096)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("size", "status"), [(MAX_REQUEST_BODY, 200), (MAX_REQUEST_BODY + 1, 400)])
async def test_a_body_has_a_largest_size(
    client: PingClient, check: CheckRecord, size: int, status: int, *, chunked: bool
) -> None:
    answer = await client.send(f"/ping/{check.uuid}", "POST", content=in_parts(size) if chunked else b"x" * size)
    assert answer.status_code == status
    assert [len(row.body) for row in await client.rows()] == ([10_000] if status == 200 else [])


def raw_scope(check: CheckRecord, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    """A request with these headers alone, as a server hands it over."""
    return {
        "type": "http",
        "path": f"/ping/{check.uuid}",
        "method": "POST",
        "query_string": b"",
        "scheme": "http",
        "client": None,
        "headers": list(headers),
    }


async def test_a_body_that_breaks_off_is_not_recorded(client: PingClient, check: CheckRecord) -> None:
    # given a client that goes away after half of its body
    messages = iter([{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    # when
    await client.endpoint(raw_scope(check, (b"content-length", b"8")), receive, send)
    # then
    assert sent == []
    assert await client.rows() == []


async def test_a_client_that_says_nothing_of_itself(client: PingClient, check: CheckRecord) -> None:
    # given a request without headers and without an address, which brings no body to wait for
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    # when
    await client.endpoint(raw_scope(check), receive, send)
    # then
    assert sent[0]["status"] == 200
    (row,) = await client.rows()
    assert (row.user_agent, row.remote_address, row.body) == ("", None, None)


async def test_a_small_limit_is_kept_and_told(site: Site, world: World, check: CheckRecord) -> None:
    # given
    settings = site.settings.model_copy(update={"ping_body_limit": 5})
    smaller = Site(settings, site.clock, site.database, site.vault)
    ingest = Ingest(smaller)
    client = PingClient(world, PingEndpoint(ingest, smaller))
    # when
    answer = await client.send(f"/ping/{check.uuid}", "POST", content=b"0123456789")
    await ingest.close()
    # then
    assert answer.headers["ping-body-limit"] == "5"
    assert [row.body for row in await client.rows()] == [b"01234"]


# --- who asks


FIRST = "203.0.113.7"


@pytest.mark.parametrize(
    ("forwarded", "stored"),
    [
        (None, "127.0.0.1"),
        (FIRST, FIRST),
        (f"{FIRST}, 10.0.0.1", FIRST),
        (f" {FIRST} ,10.0.0.1", FIRST),
        (f"{FIRST}:8080", FIRST),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", None),
        ("", "127.0.0.1"),
        (",10.0.0.1", None),
        ("<script>", None),
        ("1.2.3.4.5", None),
        ("x" * 5_000, None),
    ],
)
async def test_remote_address(client: PingClient, check: CheckRecord, forwarded: str | None, stored: str) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    await client.send(f"/ping/{check.uuid}", headers=headers)
    (row,) = await client.rows()
    assert row.remote_address == stored


@pytest.mark.parametrize(
    ("proto", "stored"),
    [(None, "http"), ("https", "https"), ("HTTPS, http", "https"), ("gopher", "http"), ("x" * 99, "http")],
)
async def test_scheme(client: PingClient, check: CheckRecord, proto: str | None, stored: str) -> None:
    await client.send(f"/ping/{check.uuid}", headers={"X-Forwarded-Proto": proto} if proto else {})
    (row,) = await client.rows()
    assert row.scheme == stored


@pytest.mark.parametrize(
    ("trusted", "peer", "believed"),
    [
        ("127.0.0.1,::1", "127.0.0.1", True),
        ("127.0.0.1,::1", "::1", True),
        ("127.0.0.1,::1", "192.0.2.1", False),
        ("10.0.0.0/8", "10.200.0.1", True),
        ("10.0.0.0/8", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("*", "192.0.2.1", True),
    ],
)
async def test_only_trusted_proxies_are_believed(
    site: Site, world: World, check: CheckRecord, trusted: str, peer: str, *, believed: bool
) -> None:
    # given
    settings = site.settings.model_copy(update={"trusted_proxies": trusted})
    configured = Site(settings, site.clock, site.database, site.vault)
    ingest = Ingest(configured)
    client = PingClient(world, PingEndpoint(ingest, configured))
    # when
    forwarded = {"X-Forwarded-For": FIRST, "X-Forwarded-Proto": "https"}
    await client.send(f"/ping/{check.uuid}", peer=peer, headers=forwarded)
    await ingest.close()
    # then
    (row,) = await client.rows()
    assert (row.remote_address, row.scheme) == ((FIRST, "https") if believed else (peer, "http"))


def test_a_wrong_list_of_proxies_is_refused_at_start(site: Site) -> None:
    settings = site.settings.model_copy(update={"trusted_proxies": "10.0.0.0/8, proxy.example"})
    with pytest.raises(InvalidInput, match=r"HELIOGRAPH_TRUSTED_PROXIES holds 'proxy\.example'"):
        PingEndpoint(Ingest(site), Site(settings, site.clock, site.database, site.vault))


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b"curl/8.5", "curl/8.5"),
        (b"x" * 300, "x" * 200),
        ("gr\u00fc\u00dfe".encode(), "gr\u00fc\u00dfe"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"a\x00b", "ab"),
        (b"", ""),
    ],
)
async def test_user_agent(client: PingClient, check: CheckRecord, sent: bytes, stored: str) -> None:
    await client.send(f"/ping/{check.uuid}", headers=[(b"User-Agent", sent)])
    (row,) = await client.rows()
    assert row.user_agent == stored


# --- filters


@pytest.mark.parametrize(
    ("filters", "method", "end", "body", "kind"),
    [
        ({"methods": "POST"}, "GET", "", b"", PingKind.IGNORED),
        ({"methods": "POST"}, "HEAD", "/fail", b"", PingKind.IGNORED),
        ({"methods": "POST"}, "POST", "", b"", PingKind.SUCCESS),
        ({"methods": "POST"}, "GET", "/3", b"", PingKind.IGNORED),
        ({"filter_http_body": True, "failure_keywords": "ERROR, bad"}, "POST", "", b"all bad", PingKind.FAIL),
        ({"filter_http_body": True, "success_keywords": "done"}, "POST", "/fail", b"done", PingKind.SUCCESS),
        ({"filter_http_body": True, "start_keywords": "begin"}, "POST", "", b"begin", PingKind.START),
        ({"filter_http_body": True, "success_keywords": "done"}, "POST", "", b"DONE", PingKind.IGNORED),
        ({"filter_http_body": True, "filter_default_fail": True}, "POST", "/log", b"", PingKind.FAIL),
        ({"filter_http_body": True, "success_keywords": "ok"}, "POST", "", b"\xff\xfe ok", PingKind.SUCCESS),
        ({"success_keywords": "done"}, "POST", "/fail", b"done", PingKind.FAIL),
    ],
)
async def test_filters(
    client: PingClient, world: World, filters: dict[str, Any], method: str, end: str, body: bytes, kind: PingKind
) -> None:
    check = await world.check(pinged=False, **filters)
    answer = await client.send(f"/ping/{check.uuid}{end}", method, content=body)
    assert answer.status_code == 200
    (row,) = await client.rows()
    assert row.kind is kind
    assert (await world.stored(check)).ping_count == 1


async def test_a_paused_check_that_is_resumed_by_hand_ignores(client: PingClient, world: World) -> None:
    check = await world.check(pinged=False, paused=True, manual_resume=True)
    answer = await client.send(f"/ping/{check.uuid}/fail")
    assert (answer.status_code, answer.text) == (200, "OK")
    (row,) = await client.rows()
    stored = await world.stored(check)
    assert (row.kind, stored.paused, stored.state) == (PingKind.IGNORED, True, WatchState.NEW)


async def test_a_ping_resumes_a_paused_check(client: PingClient, world: World) -> None:
    check = await world.check(pinged=False, paused=True)
    await client.send(f"/ping/{check.uuid}")
    stored = await world.stored(check)
    assert (stored.paused, stored.state) == (False, WatchState.UP)


# --- when things go wrong


async def test_a_bug_answers_500_with_the_number_that_is_logged(
    client: PingClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    # given a check whose stored schedule is broken
    check = await world.check(pinged=False, schedule_kind=ScheduleKind.ON_CALENDAR, schedule="nonsense")
    # when
    answer = await client.send(f"/ping/{check.uuid}")
    # then
    assert answer.status_code == 500
    number = re.fullmatch(r"internal error ([0-9a-f-]{36})", answer.text)
    assert number is not None
    assert number[1] in caplog.text
    assert check.uuid not in answer.text
    assert await client.rows() == []


async def test_a_stopping_server_answers_503(world: World, check: CheckRecord) -> None:
    # given
    ingest = Ingest(world.site)
    client = PingClient(world, PingEndpoint(ingest, world.site))
    await ingest.close()
    # when
    answer = await client.send(f"/ping/{check.uuid}")
    # then
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert "access-control-allow-origin" not in answer.headers
