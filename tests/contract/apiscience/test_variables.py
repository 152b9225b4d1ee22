"""Variables of the account (specs/apiscience.md section 9)."""

import httpx
import pytest

from graphql_api.context import Context
from graphql_api.resolvers.variables import variables_set
from tests.rest_compat.apiscience.given import data, errors


async def test_variables_are_set_read_and_removed(writer: httpx.AsyncClient, reader: httpx.AsyncClient):
    values = {"user": {"id": 7}, "token": "a", "many": [1, None, True], "é": 1.5}

    answer = await writer.post("/v1/variables", json=values)

    assert answer.status_code == 200
    assert answer.json()["meta"] == {"status": "success", "numberOfResults": 4}
    assert data(answer) == data(await reader.get("/v1/variables.json")) == values
    assert data(await writer.post("/v1/variables", json={"token": "b"})) == values | {"token": "b"}


@pytest.mark.parametrize(
    "named", [{"b": 1, "none": 2}, ["b"], "b", {"b": None}], ids=["object", "array", "string", "null"]
)
async def test_variables_are_removed_by_name(writer: httpx.AsyncClient, named: object):
    await writer.post("/v1/variables", json={"a": 1, "b": 2})

    answer = await writer.request("DELETE", "/v1/variables", json=named)

    assert data(answer) == data(await writer.get("/v1/variables")) == {"a": 1}


@pytest.mark.parametrize("body", [None, 7, [1], True], ids=str)
async def test_what_names_no_variable_removes_none(writer: httpx.AsyncClient, body: object):
    await writer.post("/v1/variables", json={"a": 1})

    errors(await writer.request("DELETE", "/v1/variables", json=body))

    assert data(await writer.get("/v1/variables")) == {"a": 1}


async def test_a_wrong_set_stores_nothing(writer: httpx.AsyncClient):
    errors(await writer.post("/v1/variables", json={"good": 1, "": 2}))
    errors(await writer.post("/v1/variables", json=["good"]))

    assert data(await writer.get("/v1/variables")) == {}


async def test_a_secret_is_not_told(ctx: Context, writer: httpx.AsyncClient):
    await variables_set(ctx, values={"password": "hunter2"}, secret=True)

    assert data(await writer.get("/v1/variables")) == {"password": "********"}
