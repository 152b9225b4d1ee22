"""Tolerated failures and reminders through the API: set, changed, cleared, refused."""

import pytest

from tests.graphql_api.conftest import Asker

CREATE = """
mutation($input: CheckCreateInput!) {
  checkCreate(input: $input) { errors { message path } check { id pingUrl failuresBeforeDown remindEvery state } }
}
"""
UPDATE = """
mutation($by: WatchableRef!, $input: CheckUpdateInput!) {
  checkUpdate(by: $by, input: $input) { errors { message path } check { failuresBeforeDown remindEvery } }
}
"""


async def created(asker: Asker, **changes: object) -> dict:
    basics = {"projectId": asker.project_id, "name": "Backups", "schedule": {"period": 3600}, "grace": 300}
    return (await asker.ask(CREATE, input={**basics, **changes}))["checkCreate"]


async def test_a_check_goes_down_at_its_first_failure_and_reminds_nobody_unless_told_otherwise(writer: Asker) -> None:
    check = (await created(writer))["check"]

    assert (check["failuresBeforeDown"], check["remindEvery"]) == (1, None)


async def test_both_are_set_at_creation_and_changed_later(writer: Asker) -> None:
    check = (await created(writer, failuresBeforeDown=3, remindEvery=3600))["check"]
    assert (check["failuresBeforeDown"], check["remindEvery"]) == (3, 3600)

    changed = await writer.ask(UPDATE, by={"id": check["id"]}, input={"remindEvery": None, "failuresBeforeDown": 2})

    assert changed["checkUpdate"] == {"errors": [], "check": {"failuresBeforeDown": 2, "remindEvery": None}}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"failuresBeforeDown": 0}, ["input", "failuresBeforeDown"]),
        ({"failuresBeforeDown": 101}, ["input", "failuresBeforeDown"]),
        ({"remindEvery": 299}, ["input", "remindEvery"]),
        ({"remindEvery": 31_536_001}, ["input", "remindEvery"]),
    ],
)
async def test_what_cannot_be_is_refused_where_it_stands(writer: Asker, changes: dict, path: list[str]) -> None:
    payload = await created(writer, **changes)

    assert payload["check"] is None
    assert [error["path"] for error in payload["errors"]] == [path]
