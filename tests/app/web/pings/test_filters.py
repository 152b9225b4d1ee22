"""What a ping counts as, by the filters and the state of its check (specs/healthchecks.md section 8)."""

from typing import Any

import pytest

from app.rules.states import PingKind, WatchState
from tests.app.web.pings.ping_client import PingClient
from tests.world import World


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
