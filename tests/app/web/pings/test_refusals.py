"""Which pings are refused: none of them is recorded, none has a CORS header (specs/healthchecks.md section 8)."""

import re

import pytest

from app.models import Project
from app.pipeline.ingest import Ingest
from app.rules.states import ScheduleKind
from app.security.keys import KeyRole
from app.store import checks as check_store
from app.store.checks import CheckRecord
from app.web.pings import PingEndpoint
from tests.app.web.pings.ping_client import PingClient, make_key
from tests.conftest import MovedClock
from tests.world import World

UNKNOWN = "11111111-1111-4111-8111-111111111111"
RID = "0B5C7D1E-3a4f-4f43-8b57-0123456789ab"


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
