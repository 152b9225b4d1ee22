"""Pings and flips through the API."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from app.ids import global_id
from app.models.tables import pings
from app.pipeline.alerting import record_change
from app.rules.check_state import apply_signal
from app.rules.durations import run_durations
from app.rules.states import PingKind
from app.site import Site
from app.store import checks, history
from app.store.checks import CheckRef
from tests.conftest import MovedClock
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_checks import made

PINGS = """
query($by: WatchableRef!, $first: Int, $after: String, $kind: PingKind) {
  check(by: $by) {
    pings(first: $first, after: $after, kind: $kind) {
      edges { node {
        id number kind at runKey exitStatus durationMs scheme method remoteAddress userAgent hasBody body
      } }
      pageInfo { hasNextPage hasPreviousPage endCursor }
    }
  }
}
"""
ACT = "mutation($ids: [ID!]!) { watchableAct(ids: $ids) { errors { code } } }"
FLIPS = """
query($by: WatchableRef!, $first: Int, $after: String, $since: DateTime, $until: DateTime) {
  check(by: $by) {
    flips(first: $first, after: $after, since: $since, until: $until) {
      edges { node { id at from to reason watchable { id name } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""


async def pinged(site: Site, check: dict[str, Any], kind: PingKind, run: str | None = None, body: bytes | None = None):
    """Store a ping as if it had come just now."""
    async with site.database.transaction() as unit:
        record = await checks.find(unit, 1, CheckRef(unique_key=check["uniqueKey"]), lock=True)
        change = apply_signal(record, kind, site.clock(), run)
        await checks.save(unit, record)
        if change is not None:
            await record_change(unit, record.id, change, site.clock())
        row = {
            "watchable_id": record.id,
            "number": record.ping_count,
            "kind": kind,
            "at": site.clock(),
            "run_key": run,
            "exit_status": 7 if kind is PingKind.FAIL else None,
            "scheme": "http",
            "method": "POST",
            "remote_address": "192.0.2.1",
            "user_agent": "curl",
            "body": body,
        }
        await unit.execute(insert(pings).values(row))


def numbers(data: dict[str, Any]) -> list[int]:
    return [edge["node"]["number"] for edge in data["check"]["pings"]["edges"]]


async def test_pings_are_shown_with_what_they_said(site: Site, writer: Asker, clock: MovedClock) -> None:
    check = await made(writer)
    await pinged(site, check, PingKind.START, run="r")
    clock.move(seconds=1.5)
    await pinged(site, check, PingKind.FAIL, run="r", body=b"caf\xc3\xa9 \xff")

    found = await writer.ask(PINGS, by={"id": check["id"]})

    uuid = check["pingUrl"].rsplit("/", 1)[1]
    last, first = [edge["node"] for edge in found["check"]["pings"]["edges"]]
    assert last == {
        "id": global_id("Ping", f"{uuid}/2"),
        "number": 2,
        "kind": "FAIL",
        "at": "2026-03-01T12:00:01.500000Z",
        "runKey": "r",
        "exitStatus": 7,
        "durationMs": 1500.0,
        "scheme": "http",
        "method": "POST",
        "remoteAddress": "192.0.2.1",
        "userAgent": "curl",
        "hasBody": True,
        "body": "café �",
    }
    assert (first["number"], first["durationMs"], first["hasBody"], first["body"]) == (1, None, False, None)
    node = "query($id: ID!) { node(id: $id) { ... on Ping { number body(maxBytes: 3) } } }"
    assert (await writer.ask(node, id=last["id"]))["node"] == {"number": 2, "body": "caf"}
    for most in (0, 1_000_001):
        query = node.replace("maxBytes: 3", f"maxBytes: {most}")
        assert await writer.refused(query, id=last["id"]) == [("INVALID", ["node", "body"])]
    lasting = "query($by: WatchableRef!) { check(by: $by) { lastPing { number } pingCount running lastRunMs } }"
    assert (await writer.ask(lasting, by={"id": check["id"]}))["check"] == {
        "lastPing": {"number": 2},
        "pingCount": 2,
        "running": False,
        "lastRunMs": 1500.0,
    }


async def test_pings_are_paged_by_number_and_of_one_kind(site: Site, writer: Asker) -> None:
    check = await made(writer)
    for kind in (PingKind.SUCCESS, PingKind.LOG, PingKind.SUCCESS, PingKind.SUCCESS, PingKind.LOG):
        await pinged(site, check, kind)
    by = {"id": check["id"]}

    first = await writer.ask(PINGS, by=by, first=2)
    cursor = first["check"]["pings"]["pageInfo"]["endCursor"]
    second = await writer.ask(PINGS, by=by, first=3, after=cursor)

    assert (numbers(first), numbers(second)) == ([5, 4], [3, 2, 1])
    assert first["check"]["pings"]["pageInfo"]["hasNextPage"] is True
    assert second["check"]["pings"]["pageInfo"] | {"endCursor": ""} == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "endCursor": "",
    }
    assert numbers(await writer.ask(PINGS, by=by, kind="LOG")) == [5, 2]
    for size in (0, 101):
        assert await writer.refused(PINGS, by=by, first=size) == [("INVALID", ["check", "pings"])]


async def test_pings_that_are_kept_no_longer_are_not_shown(site: Site, writer: Asker) -> None:
    check = await made(writer)
    await pinged(site, check, PingKind.SUCCESS)
    old = (await writer.ask(PINGS, by={"id": check["id"]}))["check"]["pings"]["edges"][0]["node"]["id"]
    async with site.database.transaction() as unit:
        record = await checks.find(unit, 1, CheckRef(unique_key=check["uniqueKey"]), lock=True)
        record.ping_count = 101
        await checks.save(unit, record)

    assert numbers(await writer.ask(PINGS, by={"id": check["id"]})) == []
    assert await writer.refused("query($id: ID!) { node(id: $id) { id } }", id=old) == [("NOT_FOUND", ["node"])]


async def test_durations_are_those_of_the_rules(site: Site, writer: Asker, clock: MovedClock) -> None:
    check = await made(writer)
    story = [
        (PingKind.START, None, 0),
        (PingKind.START, "a", 1),
        (PingKind.SUCCESS, None, 2),
        (PingKind.LOG, "a", 3),
        (PingKind.SUCCESS, "a", 4),
        (PingKind.SUCCESS, "a", 5),
        (PingKind.START, "b", 6),
        (PingKind.IGNORED, "b", 7),
        (PingKind.START, "b", 8),
        (PingKind.FAIL, "b", 9),
        (PingKind.START, None, 10),
        (PingKind.FAIL, None, 260_000),
        (PingKind.START, "c", 1),
        (PingKind.SUCCESS, None, 1),
        (PingKind.SUCCESS, "c", 259_000),
    ]
    for kind, run, pause in story:
        clock.move(seconds=pause)
        await pinged(site, check, kind, run)

    shown = (await writer.ask(PINGS, by={"id": check["id"]}))["check"]["pings"]["edges"]

    record = await checks.find(site.database, 1, CheckRef(unique_key=check["uniqueKey"]))
    log = await history.newest_pings(site.database, record.id, 100)
    expected = run_durations(reversed(log))
    assert len(expected) == 5 - 1
    found = {edge["node"]["number"]: edge["node"]["durationMs"] for edge in shown}
    assert {number: timedelta(milliseconds=ms) for number, ms in found.items() if ms is not None} == expected


async def test_flips_are_paged_and_bounded_in_time(site: Site, writer: Asker, clock: MovedClock) -> None:
    check = await made(writer)
    by, ids = {"id": check["id"]}, [check["id"]]
    for act in ("Pause", "Resume", "Pause"):
        await writer.ask(ACT.replace("Act", act), ids=ids)
        clock.move(minutes=1)

    first = (await writer.ask(FLIPS, by=by, first=2))["check"]["flips"]
    second = (await writer.ask(FLIPS, by=by, first=2, after=first["pageInfo"]["endCursor"]))["check"]["flips"]
    middle = await writer.ask(FLIPS, by=by, since="2026-03-01T12:01:00Z", until="2026-03-01T13:02:00+01:00")

    flips = [edge["node"] for edge in first["edges"] + second["edges"]]
    assert [(one["at"][14:19], one["from"], one["to"], one["reason"]) for one in flips] == [
        ("02:00", "NEW", "NEW", "paused"),
        ("01:00", "NEW", "NEW", "resumed"),
        ("00:00", "NEW", "NEW", "paused"),
    ]
    assert flips[0]["watchable"] == {"id": check["id"], "name": "Backups"}
    assert [edge["node"]["id"] for edge in middle["check"]["flips"]["edges"]] == [flips[1]["id"]]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    node = await writer.ask("query($id: ID!) { node(id: $id) { ... on Flip { reason } } }", id=flips[1]["id"])
    assert node["node"] == {"reason": "resumed"}


@pytest.mark.parametrize("text", ["yesterday", "2026-03-01T12:00:00", "0001-01-01T00:00:00+10:00", 5])
async def test_an_instant_needs_an_offset(writer: Asker, text: object) -> None:
    refused = await writer.refused(FLIPS, by={"slug": "x"}, since=text)

    assert refused == [("BAD_REQUEST", None)]
