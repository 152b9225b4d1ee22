"""Templates of monitors through the API: added, changed, deleted."""

from pathlib import Path

import pytest

from app.ids import global_id, new_uuid
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_monitors import CART, made

CREATE = """mutation($monitor: ID!, $input: TemplateInput!) { templateCreate(monitorId: $monitor, input: $input) {
    errors { __typename code path } template { id number position url monitor { name } } } }"""
UPDATE = """mutation($id: ID!, $input: TemplateUpdateInput!) { templateUpdate(id: $id, input: $input) {
    errors { __typename code path } template { name method url body timeout headers { name value secret }
      urlParameters { name value } validations { source operator expected } postScript } } }"""
DELETE = "mutation($id: ID!) { templateDelete(id: $id) { errors { code path } deletedId } }"
STEPS = "query($by: WatchableRef!) { monitor(by: $by) { updatedAt templates { id position url } } }"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


async def steps(asker: Asker, monitor: dict) -> list[dict]:
    return (await asker.ask(STEPS, by={"id": monitor["id"]}))["monitor"]["templates"]


async def test_a_step_is_added_behind_the_others_and_deleted_again(writer: Asker) -> None:
    monitor = await made(writer, name="Shop")

    added = (await writer.ask(CREATE, monitor=monitor["id"], input=CART))["templateCreate"]

    assert added["errors"] == []
    template = added["template"]
    shown = {"position": 3, "url": CART["url"], "monitor": {"name": "Shop"}}
    assert {name: template[name] for name in shown} == shown
    first = (await steps(writer, monitor))[0]
    gone = (await writer.ask(DELETE, id=first["id"]))["templateDelete"]
    assert gone == {"errors": [], "deletedId": first["id"]}
    assert [one["position"] for one in await steps(writer, monitor)] == [1, 2]
    assert (await steps(writer, monitor))[1]["id"] == template["id"]


async def test_an_update_changes_what_is_given_alone_and_null_clears(writer: Asker) -> None:
    monitor = await made(writer)
    first, second = await steps(writer, monitor)
    headers = [{"name": "X-Key", "value": "k", "secret": True}]

    changed = await writer.ask(UPDATE, id=first["id"], input={"method": "put", "body": None, "headers": headers})
    other = await writer.ask(UPDATE, id=second["id"], input={"timeout": None, "validations": []})

    template = changed["templateUpdate"]["template"]
    assert (template["method"], template["body"], template["name"]) == ("PUT", None, "log in")
    assert template["headers"] == [{"name": "X-Key", "value": None, "secret": True}]
    assert template["validations"] == [{"source": "STATUS", "operator": "EQUALS", "expected": "200"}]
    assert template["postScript"] == "context.variables.token = 1;"
    template = other["templateUpdate"]["template"]
    assert (template["timeout"], template["validations"], template["urlParameters"]) == (
        None,
        [],
        [{"name": "page", "value": "1"}],
    )


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"url": "ftp://x"}, ["input", "url"]),
        ({"method": "BREW"}, ["input", "method"]),
        ({"headers": [{"name": "a b", "value": ""}]}, ["input", "headers", "0", "name"]),
        ({"urlParameters": [{"name": "x" * 201, "value": ""}]}, ["input", "urlParameters", "0", "name"]),
        (
            {"validations": [{"source": "STATUS", "operator": "EQUALS", "expected": "often"}]},
            ["input", "validations", "0", "expected"],
        ),
        ({"preProcessScript": "x" * 300_000}, ["input", "preProcessScript"]),
    ],
    ids=["url", "method", "header", "parameter", "validation", "script"],
)
async def test_invalid_input_is_told_by_its_path_and_changes_nothing(
    writer: Asker, changes: dict[str, object], path: list[str]
) -> None:
    monitor = await made(writer)
    before = await steps(writer, monitor)

    created = (await writer.ask(CREATE, monitor=monitor["id"], input={**CART, **changes}))["templateCreate"]
    updated = (await writer.ask(UPDATE, id=before[0]["id"], input={"body": "new", **changes}))["templateUpdate"]

    for payload in (created, updated):
        assert payload == {"template": None, "errors": [{"__typename": "InputError", "code": "INVALID", "path": path}]}
    assert await steps(writer, monitor) == before


async def test_what_is_no_template_or_has_none_is_refused(writer: Asker) -> None:
    address = await made(writer, kind="HTTP", address="https://shop.example/")

    refused = (await writer.ask(CREATE, monitor=address["id"], input=CART))["templateCreate"]
    assert [(error["code"], error["path"]) for error in refused["errors"]] == [("CONFLICT", None)]
    nowhere = (await writer.ask(CREATE, monitor="nonsense", input=CART))["templateCreate"]
    assert [(error["code"], error["path"]) for error in nowhere["errors"]] == [("NOT_FOUND", ["monitorId"])]
    for name in ("nonsense", address["id"], global_id("Template", new_uuid())):
        for query, field, given in ((UPDATE, "templateUpdate", {"input": {}}), (DELETE, "templateDelete", {})):
            [error] = (await writer.ask(query, id=name, **given))[field]["errors"]
            assert (error["code"], error["path"]) == ("NOT_FOUND", ["id"]), name
