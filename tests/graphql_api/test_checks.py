"""Checks through the API: made, changed, found; what is refused changes nothing."""

import pytest

from app.ids import global_id, new_uuid, unique_key
from tests.graphql_api.conftest import Asker

CREATE = """
mutation($input: CheckCreateInput!) {
  checkCreate(input: $input) {
    created
    errors { __typename code message path ... on LimitError { limit used } }
    check { ...facts }
  }
}
fragment facts on Check {
  id name slug description grace running manualResume paused state stateSince createdAt uniqueKey pingUrl pingCount
  acceptedMethods unmatchedKind signalFilters { source kind keywords }
  lastPingAt nextExpectedAt lastRunMs
  tags { name color } contacts { name } channels { name }
  schedule {
    __typename
    ... on PeriodSchedule { period }
    ... on CronSchedule { expression timezone nextRuns(count: 2) }
    ... on OnCalendarSchedule { expression timezone nextRuns(count: 2) }
  }
  project { id name }
  lastPing { number }
}
"""
UPDATE = """
mutation($by: WatchableRef!, $input: CheckUpdateInput!) {
  checkUpdate(by: $by, input: $input) {
    errors { __typename code path }
    check { id name slug description grace manualResume tags { name } contacts { name }
      schedule { ... on PeriodSchedule { period } ... on CronSchedule { expression timezone } } }
  }
}
"""
LIST = """
query($first: Int, $after: String, $filter: CheckFilter, $orderBy: WatchOrder) {
  project {
    checks(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount
      edges { cursor node { name state stateSince } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""


def wanted(asker: Asker, **changes: object) -> dict[str, object]:
    return {
        "projectId": asker.project_id,
        "name": "Backups",
        "schedule": {"period": 3600},
        "grace": 300,
        **changes,
    }


async def made(asker: Asker, **changes: object) -> dict:
    payload = (await asker.ask(CREATE, input=wanted(asker, **changes)))["checkCreate"]
    assert payload["errors"] == []
    return payload["check"]


async def names(asker: Asker, **variables: object) -> list[str]:
    found = await asker.ask(LIST, **variables)
    return [edge["node"]["name"] for edge in found["project"]["checks"]["edges"]]


async def test_a_check_is_made_and_read_back(writer: Asker) -> None:
    check = await made(writer, description="Nightly", tags=["prod", "db"])

    uuid = check["pingUrl"].removeprefix("http://testserver/ping/")
    assert check == {
        "id": global_id("Check", uuid),
        "name": "Backups",
        "slug": "backups",
        "description": "Nightly",
        "grace": 300,
        "running": False,
        "manualResume": False,
        "paused": False,
        "state": "NEW",
        "stateSince": "2026-03-01T12:00:00Z",
        "createdAt": "2026-03-01T12:00:00Z",
        "uniqueKey": unique_key(uuid),
        "pingUrl": f"http://testserver/ping/{uuid}",
        "pingCount": 0,
        "acceptedMethods": [],
        "unmatchedKind": "IGNORED",
        "signalFilters": [],
        "lastPingAt": None,
        "nextExpectedAt": None,
        "lastRunMs": None,
        "tags": [{"name": "db", "color": "#64748b"}, {"name": "prod", "color": "#64748b"}],
        "contacts": [],
        "channels": [],
        "schedule": {"__typename": "PeriodSchedule", "period": 3600},
        "project": {"id": writer.project_id, "name": "Tests"},
        "lastPing": None,
    }


@pytest.mark.parametrize(
    ("field", "type_name", "expression", "runs"),
    [
        ("cron", "CronSchedule", "15 5 * * *", ["2026-03-02T03:15:00Z", "2026-03-03T03:15:00Z"]),
        ("onCalendar", "OnCalendarSchedule", "05:15:30", ["2026-03-02T03:15:30Z", "2026-03-03T03:15:30Z"]),
        ("onCalendar", "OnCalendarSchedule", "20:00\n21:00 UTC", ["2026-03-01T18:00:00Z", "2026-03-01T21:00:00Z"]),
        ("onCalendar", "OnCalendarSchedule", "2026-04-01", ["2026-03-31T21:00:00Z"]),
        ("onCalendar", "OnCalendarSchedule", "2020-01-01", []),
    ],
)
async def test_a_schedule_tells_its_next_runs(
    writer: Asker, field: str, type_name: str, expression: str, runs: list[str]
) -> None:
    calendar = {"expression": expression, "timezone": "Europe/Riga"}

    check = await made(writer, schedule={field: calendar})

    assert check["schedule"] == {"__typename": type_name, **calendar, "nextRuns": runs}
    for count in (0, 21):
        query = "query($by: WatchableRef!) { check(by: $by) { schedule { ... on %s { nextRuns(count: %d) }}}}"
        path = ["check", "schedule", "nextRuns"]
        assert await writer.refused(query % (type_name, count), by={"id": check["id"]}) == [("INVALID", path)]


async def test_unique_fields_find_a_check_again(writer: Asker) -> None:
    first = await made(writer)

    again = await writer.ask(CREATE, input=wanted(writer, grace=600, uniqueOn=["NAME", "PERIOD"]))

    assert again["checkCreate"]["created"] is False
    assert (again["checkCreate"]["check"]["id"], again["checkCreate"]["check"]["grace"]) == (first["id"], 600)
    assert await names(writer) == ["Backups"]


async def test_a_check_that_is_found_again_keeps_what_is_not_given(writer: Asker) -> None:
    first = await made(writer, slug="own", description="kept", tags=["a", "b"], manualResume=True)

    again = await writer.ask(CREATE, input=wanted(writer, grace=600, uniqueOn=["NAME"]))

    expected = {**first, "grace": 600}
    assert again["checkCreate"] == {"created": False, "errors": [], "check": expected}


async def test_a_check_is_recognised_by_what_a_new_one_would_have(writer: Asker) -> None:
    await made(writer, tags=["a"])
    plain = await made(writer)

    again = await writer.ask(CREATE, input=wanted(writer, uniqueOn=["SLUG", "TAGS"]))

    assert (again["checkCreate"]["created"], again["checkCreate"]["check"]["id"]) == (False, plain["id"])


async def test_an_update_changes_what_is_given_alone(writer: Asker) -> None:
    check = await made(writer, tags=["a"], description="kept")
    cron = {"expression": "* * * * *", "timezone": "UTC"}

    changed = await writer.ask(
        UPDATE, by={"uniqueKey": check["uniqueKey"]}, input={"name": "New", "schedule": {"cron": cron}, "grace": 90}
    )

    assert changed["checkUpdate"] == {
        "errors": [],
        "check": {
            "id": check["id"],
            "name": "New",
            "slug": "backups",
            "description": "kept",
            "grace": 90,
            "manualResume": False,
            "tags": [{"name": "a"}],
            "contacts": [],
            "schedule": cron,
        },
    }
    emptied = await writer.ask(UPDATE, by={"slug": "backups"}, input={"tags": [], "manualResume": True})
    assert emptied["checkUpdate"]["check"]["tags"] == []
    assert emptied["checkUpdate"]["check"]["manualResume"] is True


async def test_null_cannot_clear_what_a_check_must_have(writer: Asker) -> None:
    check = await made(writer)

    fields = ("name", "schedule", "grace", "tags", "contactIds", "channelIds", "manualResume")
    for field in (*fields, "acceptedMethods", "signalFilters", "unmatchedKind"):
        [(code, _)] = await writer.refused(UPDATE, by={"id": check["id"]}, input={field: None})
        assert code == "BAD_REQUEST", field

    assert await names(writer) == ["Backups"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": "x" * 101}, ["input", "name"]),
        ({"slug": "Not a slug"}, ["input", "slug"]),
        ({"tags": ["two words"]}, ["input", "tags"]),
        ({"tags": [""]}, ["input", "tags"]),
        ({"schedule": {"period": 59}}, ["input", "schedule", "period"]),
        ({"schedule": {"cron": {"expression": "* * *"}}}, ["input", "schedule", "cron", "expression"]),
        (
            {"schedule": {"cron": {"expression": "* * * * *", "timezone": "Mars/Base"}}},
            ["input", "schedule", "cron", "timezone"],
        ),
        ({"schedule": {"cron": {"expression": "daily"}}}, ["input", "schedule", "cron", "expression"]),
        ({"schedule": {"onCalendar": {"expression": "* * * * *"}}}, ["input", "schedule", "onCalendar", "expression"]),
        ({"schedule": {"onCalendar": {"expression": "@daily"}}}, ["input", "schedule", "onCalendar", "expression"]),
        (
            {"schedule": {"onCalendar": {"expression": "daily", "timezone": "Mars/Base"}}},
            ["input", "schedule", "onCalendar", "timezone"],
        ),
        ({"grace": 31_536_001}, ["input", "grace"]),
        ({"description": "a\0b"}, ["input", "description"]),
        ({"contactIds": [], "channelIds": []}, ["input", "channelIds"]),
        ({"channelIds": [new_uuid()]}, ["input", "channelIds"]),
        ({"acceptedMethods": ["GET"]}, ["input", "acceptedMethods"]),
        ({"unmatchedKind": "LOG"}, ["input", "unmatchedKind"]),
        ({"signalFilters": [{"source": "BODY", "kind": "FAIL", "keywords": ["x" * 201]}]}, ["input", "signalFilters"]),
        ({"signalFilters": [{"source": "BODY", "kind": "FAIL", "keywords": ["a\0b"]}]}, ["input", "signalFilters"]),
    ],
)
async def test_invalid_input_is_told_by_its_path_and_changes_nothing(
    writer: Asker, changes: dict[str, object], path: list[str]
) -> None:
    check = await made(writer)

    refused = (await writer.ask(CREATE, input=wanted(writer, **changes)))["checkCreate"]
    unchanged = (await writer.ask(UPDATE, by={"id": check["id"]}, input=changes | {"manualResume": True}))[
        "checkUpdate"
    ]

    assert (refused["check"], refused["created"]) == (None, False)
    for payload in (refused, unchanged):
        assert [(e["__typename"], e["code"], e["path"]) for e in payload["errors"]] == [("InputError", "INVALID", path)]
    after = await writer.ask(
        "query($by: WatchableRef!) { check(by: $by) { name manualResume grace } }", by={"id": check["id"]}
    )
    assert after["check"] == {"name": "Backups", "manualResume": False, "grace": 300}
    assert await names(writer) == ["Backups"]


async def test_a_full_project_says_how_many_it_may_have(writer: Asker) -> None:
    for number in range(10):
        await made(writer, name=str(number))

    payload = (await writer.ask(CREATE, input=wanted(writer)))["checkCreate"]

    error = payload["errors"][0]
    assert (error["__typename"], error["code"], error["limit"], error["used"]) == (
        "LimitError",
        "LIMIT_REACHED",
        10,
        10,
    )
    assert len(await names(writer)) == 10


async def test_a_check_is_found_by_each_of_its_names(writer: Asker) -> None:
    check = await made(writer)
    by = "query($by: WatchableRef!) { check(by: $by) { name } }"

    for ref in ({"id": check["id"]}, {"slug": "backups"}, {"uniqueKey": check["uniqueKey"]}):
        assert (await writer.ask(by, by=ref))["check"] == {"name": "Backups"}
    for ref in (
        {"id": "nonsense"},
        {"id": global_id("Contact", "x")},
        {"id": global_id("Check", "x")},
        {"slug": "none"},
        {"slug": "a\0"},
        {"uniqueKey": "0" * 40},
        {"uniqueKey": "x"},
    ):
        assert await writer.refused(by, by=ref) == [("NOT_FOUND", ["check"])], ref
    await made(writer)
    assert await writer.refused(by, by={"slug": "backups"}) == [("CONFLICT", ["check"])]
    assert await writer.refused(by, by={"slug": "backups", "id": check["id"]}) == [("BAD_REQUEST", None)]


async def test_an_update_of_no_check_names_the_reference(writer: Asker) -> None:
    await made(writer)
    await made(writer)

    for ref, field, code in (
        ({"id": global_id("Check", new_uuid())}, "id", "NOT_FOUND"),
        ({"id": "nonsense"}, "id", "NOT_FOUND"),
        ({"slug": "none"}, "slug", "NOT_FOUND"),
        ({"slug": "a\0"}, "slug", "NOT_FOUND"),
        ({"slug": "backups"}, "slug", "CONFLICT"),
        ({"uniqueKey": "0" * 40}, "uniqueKey", "NOT_FOUND"),
        ({"uniqueKey": "x"}, "uniqueKey", "NOT_FOUND"),
    ):
        [error] = (await writer.ask(UPDATE, by=ref, input={"name": "New"}))["checkUpdate"]["errors"]
        assert (error["code"], error["path"]) == (code, ["by", field]), ref


async def test_many_are_paused_resumed_and_deleted_each_by_itself(writer: Asker) -> None:
    first, second = [await made(writer, name=name) for name in "ab"]
    ids = [first["id"], global_id("Check", "nobody"), second["id"]]
    act = """mutation($ids: [ID!]!) { %s(ids: $ids) { errors { __typename path } %s } }"""
    missing = [{"__typename": "NotFoundError", "path": ["ids", "1"]}]
    shown = "watchables { __typename name paused }"

    paused = (await writer.ask(act % ("watchablePause", shown), ids=ids))["watchablePause"]
    resumed = (await writer.ask(act % ("watchableResume", shown), ids=ids[:2]))["watchableResume"]
    twice = (await writer.ask(act % ("watchableResume", shown), ids=ids[:1]))["watchableResume"]
    gone = (await writer.ask(act % ("watchableDelete", "deletedIds"), ids=ids))["watchableDelete"]

    both = [{"__typename": "Check", "name": name, "paused": True} for name in "ab"]
    assert paused == {"errors": missing, "watchables": both}
    assert resumed == {"errors": missing, "watchables": [{"__typename": "Check", "name": "a", "paused": False}]}
    assert twice == {"errors": [{"__typename": "ConflictError", "path": ["ids", "0"]}], "watchables": []}
    assert gone == {"errors": missing, "deletedIds": [first["id"], second["id"]]}
    assert await names(writer) == []
    many = (await writer.ask(act % ("watchableDelete", "deletedIds"), ids=["x"] * 101))["watchableDelete"]
    assert many["errors"] == [{"__typename": "InputError", "path": ["ids"]}]
