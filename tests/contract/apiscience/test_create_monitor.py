"""Create a Monitor; Create a Monitor with a Template."""

import httpx
from sqlalchemy import func, select

from app.models.tables import templates, watchables
from app.rules.outcomes import ProbeKind
from app.site import Site
from app.store import monitors
from app.store.projects import ProjectRecord
from tests.contract.apiscience.example import CREATE_MONITOR, CREATE_WITH_TEMPLATE, NEVER, NOW, TYPED, known
from tests.rest_compat.apiscience.given import V1, data, errors


async def test_the_example_without_a_template(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    answer = await writer.post("/v1/monitors", content=CREATE_MONITOR, headers=TYPED)

    assert answer.status_code == 201
    assert known(answer.json()) == {
        "meta": {"status": "success"},
        "data": {
            "id": "<id>",
            "name": "Fullstack Monitor Test",
            "frequency": 60,
            "active": False,
            "shared": False,
            "location": "Ireland",
            "tags": [],
            "summary": NEVER,
            "status": NEVER,
            "templates": [],
            "createdAt": NOW,
            "updatedAt": NOW,
        },
    }
    [stored] = await monitors.of_project(site.database, project.id)
    assert (stored.kind, stored.auto_linked, stored.paused) == (ProbeKind.API, True, True)


async def test_the_example_with_a_template(writer: httpx.AsyncClient):
    made = data(await writer.post("/v1/monitors", content=CREATE_WITH_TEMPLATE, headers=TYPED), 201)

    [template] = made["templates"]
    assert template["self"] == f"{V1}/monitors/{made['id']}/templates/{template['id']}.json"
    assert known({name: value for name, value in template.items() if name != "self"}) == {
        "id": "<id>",
        "name": "Fullstack Template Test",
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
        "validations": [{"id": "<id>", "kind": "Regex", "assertion": "foo"}],
        "createdAt": NOW,
        "updatedAt": NOW,
    }
    assert (made["location"], made["active"], made["status"]["status"]) == ("Ireland", False, "pending")
    assert data(await writer.get(f"/v1/monitors/{made['id']}")) == made


async def test_an_active_monitor_begins_at_once_in_washington(site: Site, writer: httpx.AsyncClient):
    made = data(await writer.post("/v1/monitors", json={"name": "m", "frequency": 300, "active": True}), 201)

    assert (made["active"], made["location"], made["summary"]["status"]) == (True, "Washington DC", "pending")
    rows = await site.database.rows(select(watchables.c.id, watchables.c.paused))
    assert [tuple(row) for row in rows] == [(made["id"], False)]


async def test_several_templates_are_steps_in_their_order(writer: httpx.AsyncClient):
    steps = [{"name": name, "method": "get", "url": f"http://{name}.test/"} for name in ("c", "a", "b")]

    made = data(await writer.post("/v1/monitors", json={"name": "m", "frequency": 60, "templates": steps}), 201)

    assert [(step["name"], step["method"]) for step in made["templates"]] == [("c", "GET"), ("a", "GET"), ("b", "GET")]


GOOD = {"method": "GET", "href": "http://a.test/"}


async def test_all_that_is_wrong_is_told_and_nothing_is_stored(site: Site, writer: httpx.AsyncClient):
    wrong = {**GOOD, "method": "TRACE", "validations": [{"kind": "Regex", "assertion": "a"}, {"kind": "Smell"}]}

    answer = await writer.post("/v1/monitors", json={"frequency": 61, "templates": [GOOD, wrong, {}]})

    assert [field for field, _ in errors(answer)] == [
        "name",
        "frequency",
        "templates[1].method",
        "templates[1].validations[1].kind",
        "templates[2].method",
        "templates[2].href",
    ]
    for table in (watchables, templates):
        row = await site.database.row(select(func.count()).select_from(table))
        assert row is not None
        assert row[0] == 0


async def test_at_the_limit_no_monitor_is_made(project: ProjectRecord, writer: httpx.AsyncClient):
    for number in range(project.check_limit):
        data(await writer.post("/v1/monitors", json={"name": f"m{number}", "frequency": 60}), 201)

    errors(await writer.post("/v1/monitors", json={"name": "more", "frequency": 60}), 403)
