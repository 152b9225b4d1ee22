"""Lists of checks through the API: pages, orders, filters."""

from typing import NoReturn

import pytest

from app.rules.check_state import apply_signal
from app.rules.cron import CronExpression
from app.rules.on_calendar import OnCalendarExpression
from app.rules.states import PingKind
from app.site import Site
from app.store import checks as store
from app.store.checks import CheckRef
from tests.conftest import MovedClock
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_checks import LIST, made, names


async def test_a_list_is_walked_page_by_page_in_every_order(writer: Asker, clock: MovedClock) -> None:
    for name in ("b", "a", "c", "a", "d"):
        await made(writer, name=name)
        clock.move(seconds=1)

    for order, expected in (
        ({"field": "CREATED"}, "bacad"),
        ({"field": "CREATED", "direction": "DESC"}, "dacab"),
        ({"field": "NAME"}, "aabcd"),
        ({"field": "NAME", "direction": "DESC"}, "dcbaa"),
        ({"field": "STATE"}, "bacad"),
        ({"field": "STATE_SINCE", "direction": "DESC"}, "dacab"),
    ):
        seen, after, more = "", None, True
        while more:
            found = (await writer.ask(LIST, first=2, after=after, orderBy=order))["project"]["checks"]
            assert found["totalCount"] == 5
            assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
            assert found["pageInfo"]["startCursor"] == found["edges"][0]["cursor"]
            seen += "".join(edge["node"]["name"] for edge in found["edges"])
            after, more = found["pageInfo"]["endCursor"], found["pageInfo"]["hasNextPage"]
        assert seen == expected, order


async def test_pages_are_bounded_and_cursors_are_of_their_list(writer: Asker) -> None:
    await made(writer)
    found = await writer.ask(LIST, orderBy={"field": "NAME"})
    cursor = found["project"]["checks"]["edges"][0]["cursor"]

    path = ["project", "checks"]
    for variables in (
        {"first": 0},
        {"first": -1},
        {"first": 1001},
        {"after": "nonsense"},
        {"after": cursor},
        {"after": cursor, "orderBy": {"field": "STATE"}},
        {"after": "x" * 3000},
        {"after": "WyJDUkVBVEVEIiwxLDFlOTldCg=="},
        {"filter": {"tags": ["a"] * 21}},
        {"filter": {"search": "x" * 101}},
        {"filter": {"slug": "a\0"}},
    ):
        assert await writer.refused(LIST, **variables) == [("INVALID", path)], variables


async def pinged(site: Site, check: dict, kind: PingKind) -> None:
    async with site.database.transaction() as unit:
        record = await store.find(unit, 1, CheckRef(unique_key=check["uniqueKey"]), lock=True)
        apply_signal(record, kind, site.clock(), None)
        await store.save(unit, record)


async def test_filters_and_orders_know_the_state_of_this_very_moment(
    site: Site, writer: Asker, clock: MovedClock
) -> None:
    for name, period, kind in (
        ("new", 3600, None),
        ("up", 36000, PingKind.SUCCESS),
        ("late", 60, PingKind.SUCCESS),
        ("overdue", 60, PingKind.SUCCESS),
        ("hung", 3600, PingKind.START),
        ("failed", 3600, PingKind.FAIL),
    ):
        check = await made(writer, name=name, schedule={"period": period}, grace=3600 if name in ("late", "up") else 60)
        if kind:
            await pinged(site, check, kind)
    paused = await made(writer, name="paused")
    await writer.ask("mutation($ids: [ID!]!) { watchablePause(ids: $ids) { errors { code } } }", ids=[paused["id"]])
    clock.move(minutes=5)

    everything = (await writer.ask(LIST))["project"]["checks"]["edges"]
    states = {edge["node"]["name"]: edge["node"]["state"] for edge in everything}
    since = {edge["node"]["name"]: edge["node"]["stateSince"] for edge in everything}

    assert states == {
        "new": "NEW",
        "up": "UP",
        "late": "LATE",
        "overdue": "DOWN",
        "hung": "DOWN",
        "failed": "DOWN",
        "paused": "NEW",
    }
    assert (since["late"], since["overdue"]) == ("2026-03-01T12:01:00Z", "2026-03-01T12:02:00Z")
    assert (since["hung"], since["failed"]) == ("2026-03-01T12:01:00Z", "2026-03-01T12:00:00Z")
    for state in ("NEW", "UP", "LATE", "DOWN", "DEGRADED"):
        wanted_names = [name for name, shown in states.items() if shown == state]
        assert await names(writer, filter={"state": [state]}) == wanted_names
    assert await names(writer, filter={"paused": True}) == ["paused"]
    assert await names(writer, filter={"paused": False, "state": ["NEW", "LATE"]}) == ["new", "late"]
    assert await names(writer, orderBy={"field": "STATE"}) == [
        "new",
        "paused",
        "up",
        "late",
        "overdue",
        "hung",
        "failed",
    ]
    by_age = sorted(everything, key=lambda edge: edge["node"]["stateSince"])
    assert await names(writer, orderBy={"field": "STATE_SINCE"}) == [edge["node"]["name"] for edge in by_age]


async def test_a_list_reads_the_next_times_and_computes_none(
    writer: Asker, site: Site, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for field, expression in (("cron", "0 13 * * *"), ("onCalendar", "13:00")):
        check = await made(writer, name=field, schedule={field: {"expression": expression}})
        await pinged(site, check, PingKind.SUCCESS)
    clock.move(hours=1)

    def computed(*_: object) -> NoReturn:
        raise AssertionError("A list computed a schedule.")

    for expression_type in (CronExpression, OnCalendarExpression):
        monkeypatch.setattr(expression_type, "parse", computed)
        monkeypatch.setattr(expression_type, "next_after", computed)

    query = "{ project { checks { edges { node { state nextExpectedAt schedule { __typename } } } } } }"
    found = (await writer.ask(query))["project"]["checks"]["edges"]
    assert [edge["node"]["nextExpectedAt"] for edge in found] == ["2026-03-01T13:00:00Z"] * 2
    assert [edge["node"]["state"] for edge in found] == ["LATE"] * 2


async def test_filters_find_tags_slugs_and_parts_of_names(writer: Asker) -> None:
    await made(writer, name="Web 50%", slug="web", tags=["a", "b"])
    await made(writer, name="Webshop", tags=["a"])

    assert await names(writer, filter={"tags": ["a"]}) == ["Web 50%", "Webshop"]
    assert await names(writer, filter={"tags": ["a", "b"]}) == ["Web 50%"]
    assert await names(writer, filter={"search": "WEB"}) == ["Web 50%", "Webshop"]
    assert await names(writer, filter={"search": "50%"}) == ["Web 50%"]
    assert await names(writer, filter={"search": "_"}) == []
    assert await names(writer, filter={"slug": "webshop"}) == ["Webshop"]
    assert (await writer.ask(LIST, filter={"slug": "web"}))["project"]["checks"]["totalCount"] == 1
