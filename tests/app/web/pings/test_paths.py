"""What the paths of ping URLs mean, and their run ids (specs/healthchecks.md section 8)."""

import pytest

from app.rules.states import PingKind
from app.store.checks import CheckRecord
from tests.app.web.pings.ping_client import PingClient
from tests.conftest import MovedClock

METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS")
RID = "0B5C7D1E-3a4f-4f43-8b57-0123456789ab"


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
