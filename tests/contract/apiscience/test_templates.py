"""Show a Monitor's Templates; Get a Template; Create a Template; changing and deleting one."""

import httpx
import pytest

from tests.conftest import MovedClock
from tests.contract.apiscience.example import CREATE_TEMPLATE, NOW, TYPED, known
from tests.rest_compat.apiscience.given import V1, data, errors

FIRST = {
    "name": "Fullstack Template Test",
    "method": "POST",
    "href": "http://apiscience.com",
    "headers": [],
    "urlParameters": [],
    "body": None,
    "preProcessScript": None,
    "validations": [{"kind": "Regex", "assertion": "foo"}],
}
SECOND = {"name": None, "method": "GET", "href": "http://google.com", "body": "", "preProcessScript": ""}


async def a_monitor(writer: httpx.AsyncClient, *templates: dict) -> str:
    """Make a monitor and return its address."""
    given = {"name": "m", "frequency": 60, "templates": list(templates)}
    return f"/v1/monitors/{data(await writer.post('/v1/monitors', json=given), 201)['id']}"


async def test_the_example_of_the_list(writer: httpx.AsyncClient, reader: httpx.AsyncClient):
    monitor = await a_monitor(writer, FIRST, SECOND)

    answer = await reader.get(f"{monitor}/templates")

    assert answer.json()["meta"] == {"status": "success", "count": 2, "numberOfResults": 2}
    first, second = data(answer)
    assert {name: known(first)[name] for name in FIRST} == {
        **FIRST,
        "validations": [{"id": "<id>", "kind": "Regex", "assertion": "foo"}],
    }
    assert {name: second[name] for name in SECOND} == SECOND
    assert (second["headers"], second["urlParameters"], second["validations"]) == ([], [], [])
    assert (second["createdAt"], second["updatedAt"]) == (NOW, NOW)
    assert first["self"] == f"http://testserver{monitor}/templates/{first['id']}.json"


async def test_the_example_of_one_template(writer: httpx.AsyncClient, reader: httpx.AsyncClient):
    monitor = await a_monitor(writer, FIRST, SECOND)
    first, second = data(await writer.get(f"{monitor}/templates"))

    assert data(await reader.get(f"{monitor}/templates/{second['id']}")) == second
    assert data(await reader.get(first["self"].removeprefix("http://testserver"))) == first


async def test_the_example_of_a_new_template_is_the_last_step(writer: httpx.AsyncClient):
    monitor = await a_monitor(writer, SECOND)

    answer = await writer.post(f"{monitor}/templates", content=CREATE_TEMPLATE, headers=TYPED)

    made = data(answer, 201)
    assert made == {
        "id": made["id"],
        "self": f"{V1}{monitor.removeprefix('/v1')}/templates/{made['id']}.json",
        "name": "My Cool Template",
        "method": "POST",
        "href": "http://apiscience.com",
        "url": "http://apiscience.com",
        "headers": [{"Authorization": "none"}, {"Authorization": "oauth2"}, {"Dynamic": "{{foobar}}"}],
        "urlParameters": [{"foobar": "cow"}],
        "params": [{"foobar": "cow"}],
        "body": None,
        "preProcessScript": None,
        "postScript": None,
        "followRedirects": False,
        "validations": [],
        "createdAt": NOW,
        "updatedAt": NOW,
    }
    assert [each["href"] for each in data(await writer.get(f"{monitor}/templates"))] == [
        "http://google.com",
        "http://apiscience.com",
    ]


async def test_a_change_is_of_what_is_given_alone(clock: MovedClock, writer: httpx.AsyncClient):
    monitor = await a_monitor(writer, FIRST)
    [template] = data(await writer.get(f"{monitor}/templates"))
    clock.move(seconds=1)

    changed = data(
        await writer.patch(
            f"{monitor}/templates/{template['id']}", json={"method": "put", "followRedirects": True, "validations": []}
        )
    )

    moved = "2026-03-01T12:00:01.000Z"
    assert changed == {
        **template,
        "method": "PUT",
        "followRedirects": True,
        "validations": [],
        "updatedAt": moved,
    }
    assert data(await writer.get(monitor))["updatedAt"] == moved


async def test_a_wrong_template_changes_nothing(writer: httpx.AsyncClient):
    monitor = await a_monitor(writer, FIRST)
    before = data(await writer.get(f"{monitor}/templates"))

    made = await writer.post(f"{monitor}/templates", json={"method": "GET", "validators": [{"kind": "regex"}]})
    changed = await writer.patch(f"{monitor}/templates/{before[0]['id']}", json={"href": "nonsense", "name": "x"})

    assert [field for field, _ in errors(made)] == ["href", "validators[0].assertion"]
    assert [field for field, _ in errors(changed)] == ["href"]
    assert data(await writer.get(f"{monitor}/templates")) == before


async def test_null_says_nothing_beside_the_other_of_two_names(writer: httpx.AsyncClient):
    monitor = await a_monitor(writer)
    both = {"href": None, "url": "http://a.test/", "urlParameters": None, "params": [{"a": "1"}], "validations": None}
    both |= {"method": "GET", "validators": [{"kind": "JSON"}]}

    made = data(await writer.post(f"{monitor}/templates", json=both), 201)
    changed = data(await writer.patch(made["self"], json={"href": None, "url": "http://b.test/"}))
    refused = errors(await writer.patch(made["self"], json={"href": None, "url": None}))

    assert (made["href"], made["params"]) == ("http://a.test/", [{"a": "1"}])
    assert [one["kind"] for one in made["validations"]] == ["JSON"]
    assert changed["href"] == "http://b.test/"
    assert [field for field, _ in refused] == ["href"]


async def test_a_deleted_template_is_gone(writer: httpx.AsyncClient):
    monitor = await a_monitor(writer, FIRST, SECOND)
    first, second = data(await writer.get(f"{monitor}/templates"))

    answer = await writer.delete(f"{monitor}/templates/{first['id']}")

    assert (answer.status_code, answer.json()) == (200, {"meta": {"status": "success"}})
    assert data(await writer.get(f"{monitor}/templates")) == [second]
    errors(await writer.delete(f"{monitor}/templates/{first['id']}"), 404)


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_another_monitors_template_is_not_found(writer: httpx.AsyncClient, method: str):
    own = await a_monitor(writer, FIRST)
    other = await a_monitor(writer, SECOND)
    [template] = data(await writer.get(f"{own}/templates"))

    errors(await writer.request(method, f"{other}/templates/{template['id']}", json={"method": "nonsense"}), 404)

    assert data(await writer.get(f"{own}/templates")) == [template]
