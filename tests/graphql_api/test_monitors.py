"""Monitors through the API: made, changed, found, run now; what is refused changes nothing."""

import re
from pathlib import Path

import pytest
from sqlalchemy import update

from app.ids import global_id, new_uuid
from app.models.tables import monitor_locations
from app.rules.outcomes import Outcome
from app.site import Site
from app.store import monitor_places, monitors
from app.store.monitors import MonitorRecord, MonitorRef
from tests.app.pipeline.results import run
from tests.conftest import MovedClock
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_checks import made as made_check
from tests.world import World

CREATE = """
mutation($input: MonitorCreateInput!) {
  monitorCreate(input: $input) { errors { __typename code path ... on LimitError { limit used } } monitor { ...facts } }
}
fragment facts on Monitor {
  id number name slug kind address interval timeout retries degradedAboveMs remindEvery paused
  state stateSince createdAt
  confirmation { locationsDown runsDown runsUp }
  locations { code name private } tags { name } contacts { name } lastRunAt lastOutcome lastRun { id }
  templates {
    number position name method url urlParameters { name value } headers { name value secret } body followRedirects
    timeout preProcessScript postScript validations { source expression operator expected }
  }
  project { name }
}
"""
UPDATE = """
mutation($by: WatchableRef!, $input: MonitorUpdateInput!) {
  monitorUpdate(by: $by, input: $input) {
    errors { __typename code path }
    monitor { name slug interval timeout retries degradedAboveMs remindEvery tags { name } templates { url }
      confirmation { locationsDown runsDown runsUp } locations { code } contacts { name } }
  }
}
"""
LOG_IN = {
    "name": "log in",
    "method": "POST",
    "url": "https://shop.example/login",
    "headers": [
        {"name": "Authorization", "value": "Bearer s3cret", "secret": True},
        {"name": "Accept", "value": "*/*"},
    ],
    "body": '{"user": "{{user}}"}',
    "validations": [{"source": "STATUS", "operator": "EQUALS", "expected": "200"}],
    "postScript": "context.variables.token = 1;",
}
CART = {
    "url": "https://shop.example/cart",
    "urlParameters": [{"name": "page", "value": "1"}],
    "followRedirects": True,
    "timeout": 5,
    "validations": [
        {"source": "JSON_PATH", "expression": "$.total", "operator": "GREATER_THAN", "expected": "0"},
        {"source": "BODY", "operator": "IS_JSON"},
    ],
}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


def wanted(asker: Asker, **changes: object) -> dict[str, object]:
    steps = {} if changes.get("kind") == "HTTP" else {"templates": [LOG_IN, CART]}
    return {"projectId": asker.project_id, "name": "Shop", "kind": "API", "interval": 60, **steps, **changes}


async def made(asker: Asker, **changes: object) -> dict:
    payload = (await asker.ask(CREATE, input=wanted(asker, **changes)))["monitorCreate"]
    assert payload["errors"] == []
    return payload["monitor"]


async def stored(site: Site, monitor: dict) -> MonitorRecord:
    return await monitors.find(site.database, 1, MonitorRef(id=monitor["number"]))


async def gone_down(site: Site, monitor: dict) -> World:
    """Let a run of the monitor fail."""
    world = World(site, 1, None)
    await run(world, await stored(site, monitor), Outcome.FAIL)
    return world


async def test_a_monitor_of_two_templates_is_made_and_read_back(writer: Asker, reader: Asker, site: Site) -> None:
    monitor = await made(writer, tags=["two words", "a"], degradedAboveMs=800.5, confirmation={"runsDown": 2})

    uuid = (await stored(site, monitor)).uuid
    assert monitor == {
        "id": global_id("Monitor", uuid),
        "number": 1,
        "name": "Shop",
        "slug": "shop",
        "kind": "API",
        "address": "",
        "interval": 60,
        "timeout": 40,
        "retries": 0,
        "degradedAboveMs": 800.5,
        "remindEvery": None,
        "paused": False,
        "state": "NEW",
        "stateSince": "2026-03-01T12:00:00Z",
        "createdAt": "2026-03-01T12:00:00Z",
        "confirmation": {"locationsDown": 1, "runsDown": 2, "runsUp": 1},
        "locations": [monitor["locations"][0] | {"private": False}],
        "tags": [{"name": "two words"}, {"name": "a"}],
        "contacts": [],
        "lastRunAt": None,
        "lastOutcome": None,
        "lastRun": None,
        "templates": [
            {
                **LOG_IN,
                "number": 1,
                "position": 1,
                "urlParameters": [],
                "headers": [
                    {"name": "Authorization", "value": None, "secret": True},
                    {"name": "Accept", "value": "*/*", "secret": False},
                ],
                "followRedirects": False,
                "timeout": None,
                "preProcessScript": None,
                "validations": [{"source": "STATUS", "expression": "", "operator": "EQUALS", "expected": "200"}],
            },
            {
                **CART,
                "number": 2,
                "position": 2,
                "name": None,
                "method": "GET",
                "headers": [],
                "body": None,
                "preProcessScript": None,
                "postScript": None,
                "validations": [
                    {"source": "JSON_PATH", "expression": "$.total", "operator": "GREATER_THAN", "expected": "0"},
                    {"source": "BODY", "expression": "", "operator": "IS_JSON", "expected": ""},
                ],
            },
        ],
        "project": {"name": "Tests"},
    }
    shown = await reader.ask(
        "query($id: ID!) { node(id: $id) { ... on Monitor { ...facts } } } " + FACTS, id=monitor["id"]
    )
    assert shown["node"] == monitor


FACTS = CREATE[CREATE.index("fragment") :]


async def test_a_monitor_of_an_address_has_no_templates(writer: Asker) -> None:
    monitor = await made(writer, kind="HTTP", address="https://shop.example/", paused=True, timeout=10, retries=1)

    shown = {name: monitor[name] for name in ("kind", "address", "templates", "paused", "timeout", "retries")}
    assert shown == {
        "kind": "HTTP",
        "address": "https://shop.example/",
        "templates": [],
        "paused": True,
        "timeout": 10,
        "retries": 1,
    }


async def test_an_update_changes_what_is_given_alone(writer: Asker) -> None:
    places = (await writer.ask("{ project { locations { id code } } }"))["project"]["locations"]
    contact = (
        await writer.ask(
            'mutation($p: ID!) { contactCreate(input: {projectId: $p, name: "Ops"}) { contact { id } } }',
            p=writer.project_id,
        )
    )["contactCreate"]["contact"]["id"]
    monitor = await made(writer, tags=["a"], degradedAboveMs=900)

    changes = {
        "name": "New",
        "interval": 300,
        "degradedAboveMs": None,
        "remindEvery": 600,
        "tags": ["b", "a"],
        "templates": [CART],
        "confirmation": {"locationsDown": 2},
        "locationIds": [one["id"] for one in places[:2]][::-1],
        "contactIds": [contact],
    }
    changed = await writer.ask(UPDATE, by={"id": monitor["id"]}, input=changes)

    expected = {
        "name": "New",
        "slug": "shop",
        "interval": 300,
        "timeout": 40,
        "retries": 0,
        "degradedAboveMs": None,
        "remindEvery": 600,
        "tags": [{"name": "b"}, {"name": "a"}],
        "templates": [{"url": CART["url"]}],
        "confirmation": {"locationsDown": 2, "runsDown": 1, "runsUp": 1},
        "locations": [{"code": one["code"]} for one in places[:2][::-1]],
        "contacts": [{"name": "Ops"}],
    }
    assert changed["monitorUpdate"] == {"errors": [], "monitor": expected}
    same = await writer.ask(UPDATE, by={"slug": "shop"}, input={"retries": 2})
    assert same["monitorUpdate"]["monitor"] == expected | {"retries": 2}


async def test_null_cannot_clear_what_a_monitor_must_have(writer: Asker) -> None:
    monitor = await made(writer)

    fields = ("name", "slug", "address", "interval", "timeout", "retries", "tags", "templates", "locationIds")
    for field in (*fields, "confirmation", "contactIds"):
        [(code, _)] = await writer.refused(UPDATE, by={"id": monitor["id"]}, input={field: None})
        assert code == "BAD_REQUEST", field


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": " "}, ["input", "name"]),
        ({"slug": "Not a slug"}, ["input", "slug"]),
        ({"interval": 29}, ["input", "interval"]),
        ({"timeout": 301}, ["input", "timeout"]),
        ({"retries": 11}, ["input", "retries"]),
        ({"degradedAboveMs": 0}, ["input", "degradedAboveMs"]),
        ({"remindEvery": 1}, ["input", "remindEvery"]),
        ({"confirmation": {"runsUp": 0}}, ["input", "confirmation", "runsUp"]),
        ({"tags": ["a", ""]}, ["input", "tags", "1"]),
        ({"locationIds": [new_uuid()]}, ["input", "locationIds", "0"]),
        ({"contactIds": [new_uuid()]}, ["input", "contactIds", "0"]),
        ({"address": "https://shop.example/"}, ["input", "address"]),
        ({"templates": [CART, {"url": "ftp://x"}]}, ["input", "templates", "1", "url"]),
        (
            {"templates": [{**CART, "urlParameters": [{"name": "x" * 201, "value": ""}]}]},
            ["input", "templates", "0", "urlParameters", "0", "name"],
        ),
        ({"templates": [{**CART, "preProcessScript": "x" * 300_000}]}, ["input", "templates", "0", "preProcessScript"]),
        (
            {"templates": [{**CART, "validations": [{"source": "BODY", "operator": "PASSES"}]}]},
            ["input", "templates", "0", "validations", "0", "operator"],
        ),
    ],
    ids=lambda value: "-".join(value[1:]) if isinstance(value, list) else "",
)
async def test_invalid_input_is_told_by_its_path_and_changes_nothing(
    writer: Asker, changes: dict[str, object], path: list[str]
) -> None:
    monitor = await made(writer)

    refused = (await writer.ask(CREATE, input=wanted(writer, **changes)))["monitorCreate"]
    unchanged = (await writer.ask(UPDATE, by={"id": monitor["id"]}, input={"retries": 3, **changes}))["monitorUpdate"]

    for payload in (refused, unchanged):
        assert payload["monitor"] is None
        assert [(e["__typename"], e["code"], e["path"]) for e in payload["errors"]] == [("InputError", "INVALID", path)]
    kept = await writer.ask("{ project { monitors { totalCount edges { node { ...facts } } } } }" + FACTS)
    assert kept["project"]["monitors"] == {"totalCount": 1, "edges": [{"node": monitor}]}


async def test_a_full_project_says_how_many_it_may_have(writer: Asker) -> None:
    for number in range(10):
        await made(writer, name=str(number), kind="HTTP", address="https://shop.example/")

    [error] = (await writer.ask(CREATE, input=wanted(writer)))["monitorCreate"]["errors"]

    assert (error["__typename"], error["limit"], error["used"]) == ("LimitError", 10, 10)


async def test_a_monitor_is_found_by_each_of_its_names_and_no_check_is(writer: Asker) -> None:
    monitor, check = await made(writer), await made_check(writer, name="Shop")
    uuid = "00000000-0000-4000-8000-000000000000"
    by = "query($by: WatchableRef!) { %s(by: $by) { number } }"

    for ref in ({"id": monitor["id"]}, {"slug": "shop"}, {"number": monitor["number"]}):
        assert (await writer.ask(by % "monitor", by=ref))["monitor"] == {"number": monitor["number"]}
    for ref in (
        {"id": check["id"]},
        {"id": "nonsense"},
        {"id": uuid},
        {"id": global_id("Monitor", uuid)},
        {"slug": "none"},
        {"slug": "a\0"},
        {"number": monitor["number"] + 1},
        {"number": 0},
        {"uniqueKey": check["uniqueKey"]},
    ):
        assert await writer.refused(by % "monitor", by=ref) == [("NOT_FOUND", ["monitor"])], ref
    assert (await writer.ask(by % "check", by={"number": 2}))["check"] == {"number": 2}
    assert await writer.refused(by % "check", by={"number": 1}) == [("NOT_FOUND", ["check"])]
    assert await writer.refused(by % "check", by={"id": monitor["id"]}) == [("NOT_FOUND", ["check"])]
    await made(writer)
    assert await writer.refused(by % "monitor", by={"slug": "shop"}) == [("CONFLICT", ["monitor"])]


async def test_an_update_of_no_monitor_names_the_reference(writer: Asker) -> None:
    for ref in ({"id": "nonsense"}, {"slug": "none"}, {"number": 7}):
        [error] = (await writer.ask(UPDATE, by=ref, input={"name": "New"}))["monitorUpdate"]["errors"]
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["by", *ref])


async def test_checks_and_monitors_are_paused_resumed_and_deleted_together(writer: Asker) -> None:
    monitor, check = await made(writer), await made_check(writer)
    ids = [monitor["id"], global_id("Monitor", new_uuid()), check["id"]]
    act = """mutation($ids: [ID!]!) { %s(ids: $ids) { errors { __typename path } %s } }"""
    missing = [{"__typename": "NotFoundError", "path": ["ids", "1"]}]
    shown = "watchables { __typename name paused state flips { edges { node { watchable { name } } } } }"

    paused = (await writer.ask(act % ("watchablePause", shown), ids=ids))["watchablePause"]
    resumed = (await writer.ask(act % ("watchableResume", "watchables { paused }"), ids=ids))["watchableResume"]
    twice = (await writer.ask(act % ("watchableResume", "watchables { paused }"), ids=ids[:1]))["watchableResume"]
    gone = (await writer.ask(act % ("watchableDelete", "deletedIds"), ids=ids))["watchableDelete"]

    both = [
        {"__typename": kind, "name": name, "paused": True, "state": "NEW"}
        for kind, name in (("Monitor", "Shop"), ("Check", "Backups"))
    ]
    assert [{name: one[name] for name in both[0]} for one in paused["watchables"]] == both
    for one in paused["watchables"]:
        assert {edge["node"]["watchable"]["name"] for edge in one["flips"]["edges"]} <= {one["name"]}
    assert paused["errors"] == missing
    assert resumed == {"errors": missing, "watchables": [{"paused": False}] * 2}
    assert twice == {"errors": [{"__typename": "ConflictError", "path": ["ids", "0"]}], "watchables": []}
    assert gone == {"errors": missing, "deletedIds": [ids[0], ids[2]]}


RUN_NOW = "mutation($ids: [ID!]!) { monitorRunNow(ids: $ids) { errors { code path } monitors { name } } }"


async def test_a_monitor_that_is_told_to_run_is_due_at_once(writer: Asker, site: Site, clock: MovedClock) -> None:
    world = World(site, 1, None)
    monitor = await made(writer)
    record = await stored(site, monitor)
    paused = await made(writer, name="Paused", paused=True)
    async with site.database.transaction() as unit:
        await monitor_places.stop(unit, [record.id])
        await monitor_places.start(unit, [record.id], clock.now.replace(hour=13))

    told = await writer.ask(RUN_NOW, ids=[monitor["id"], "nonsense", paused["id"]])

    assert told["monitorRunNow"] == {
        "errors": [{"code": "NOT_FOUND", "path": ["ids", "1"]}, {"code": "CONFLICT", "path": ["ids", "2"]}],
        "monitors": [{"name": "Shop"}],
    }
    [place] = await world.places_of(record)
    assert (place.due_at, place.look_at) == (clock.now, clock.now)


async def test_a_run_that_is_under_way_runs_on(writer: Asker, site: Site, clock: MovedClock) -> None:
    world = World(site, 1, None)
    monitor = await made(writer)
    leased = clock.now.replace(minute=1)
    async with site.database.transaction() as unit:
        await unit.execute(update(monitor_locations).values(look_at=leased))

    clock.move(seconds=5)
    assert (await writer.ask(RUN_NOW, ids=[monitor["id"]]))["monitorRunNow"]["errors"] == []

    [place] = await world.places_of(await stored(site, monitor))
    assert (place.due_at, place.look_at) == (clock.now.replace(second=0), leased)


async def test_the_monitor_of_the_guide_is_made_and_read(writer: Asker) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "automation.md").read_text()
    queries = [text for text in re.findall(r"```graphql\n(.+?)```", guide, re.DOTALL) if "onitor" in text]
    [create] = [text for text in queries if "monitorCreate" in text]
    [read] = [text for text in queries if text.startswith("query")]

    made_by_it = (await writer.ask(create, project=writer.project_id))["monitorCreate"]

    assert made_by_it["errors"] == []
    assert (await writer.ask(read))["monitor"]["state"] == made_by_it["monitor"]["state"] == "NEW"


async def test_the_newest_run_is_shown(writer: Asker, site: Site, clock: MovedClock) -> None:
    world = World(site, 1, None)
    monitor = await made(writer)
    record = await stored(site, monitor)
    await world.run(record)
    clock.move(seconds=60)
    await world.run(record, Outcome.FAIL)

    query = "query($by: WatchableRef!) { monitor(by: $by) { lastRun { outcome startedAt monitor { name } } } }"
    found = await writer.ask(query, by={"id": monitor["id"]})

    expected = {"outcome": "FAIL", "startedAt": "2026-03-01T12:01:00Z", "monitor": {"name": "Shop"}}
    assert found["monitor"]["lastRun"] == expected
