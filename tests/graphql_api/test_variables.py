"""Variables of projects through the API: set, shown unless secret, deleted."""

from pathlib import Path

import pytest

from tests.graphql_api.conftest import Asker

SET = """mutation($project: ID!, $input: VariableInput!) { variableSet(projectId: $project, input: $input) {
    errors { code path } variable { id name value secret updatedAt } } }"""
DELETE = """mutation($project: ID!, $name: String!) { variableDelete(projectId: $project, name: $name) {
    errors { code path } variables { name } } }"""
ALL = "{ project { variables { id name value secret } } }"


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


async def put(asker: Asker, name: str, value: object, **given: object) -> dict:
    return (await asker.ask(SET, project=asker.project_id, input={"name": name, "value": value, **given}))[
        "variableSet"
    ]


@pytest.mark.parametrize(
    "value", ["text", "", 7, 1.5, True, None, [1, "a"], {"a": {"b": []}}], ids=lambda value: type(value).__name__
)
async def test_a_value_of_any_json_is_kept(writer: Asker, reader: Asker, value: object) -> None:
    payload = await put(writer, "user", value)

    assert payload["errors"] == []
    assert payload["variable"]["value"] == value
    assert payload["variable"]["updatedAt"] == "2026-03-01T12:00:00Z"
    shown = {name: payload["variable"][name] for name in ("id", "name", "value", "secret")}
    assert (await reader.ask(ALL))["project"]["variables"] == [shown]


async def test_a_secret_is_never_shown_again_and_stays_one(writer: Asker, reader: Asker) -> None:
    first = await put(writer, "token", "s3cret-words", secret=True)
    again = await put(writer, "token", "other-words")

    for payload in (first, again):
        assert (payload["variable"]["value"], payload["variable"]["secret"]) == (None, True)
    by_id = "query($id: ID!) { node(id: $id) { ... on Variable { name value } } }"
    for asker in (writer, reader):
        for answer in (await asker.post(ALL), await asker.post(by_id, id=first["variable"]["id"])):
            assert "token" in answer.text
            assert "-words" not in answer.text


async def test_a_variable_is_deleted_by_its_name(writer: Asker) -> None:
    for name in ("b", "a"):
        await put(writer, name, 1)

    for _ in range(2):
        payload = (await writer.ask(DELETE, project=writer.project_id, name="b"))["variableDelete"]
        assert payload == {"errors": [], "variables": [{"name": "a"}]}


@pytest.mark.parametrize(
    ("given", "field"),
    [({"name": ""}, "name"), ({"name": "a{b"}, "name"), ({"name": " a"}, "name"), ({"value": "x" * 40_000}, "value")],
    ids=["empty", "brace", "space", "long"],
)
async def test_what_cannot_be_is_told_by_its_field(writer: Asker, given: dict[str, object], field: str) -> None:
    payload = await put(writer, **{"name": "user", "value": 1, **given})

    assert payload == {"variable": None, "errors": [{"code": "INVALID", "path": ["input", field]}]}
    assert (await writer.ask(ALL))["project"]["variables"] == []


async def test_a_name_that_cannot_be_is_not_deleted(writer: Asker) -> None:
    payload = (await writer.ask(DELETE, project=writer.project_id, name="a}b"))["variableDelete"]

    assert payload == {"errors": [{"code": "INVALID", "path": ["name"]}], "variables": []}
