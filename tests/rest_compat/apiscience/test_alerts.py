"""What contacts of type `url` are sent: the API's objects, without what may hold secrets."""

import json

import httpx
import pytest

from app.rules.outcomes import Outcome, ProbeKind
from app.rules.steps import StepRequest
from app.runs.result import RecordedResponse
from app.site import Site
from app.store import monitors
from app.store.monitors import MonitorRecord, MonitorRef
from rest_compat.apiscience.alerts import monitor_objects
from tests.app.pipeline.results import call_result, run, stored_runs
from tests.rest_compat.apiscience.given import data
from tests.world import World

SECRET = "hunter2"
STEP = {
    "method": "POST",
    "href": f"http://user:{SECRET}@a.test/login?key={SECRET}",
    "headers": [{"Authorization": SECRET}],
    "body": SECRET,
}


@pytest.fixture
async def monitor(site: Site, world: World, writer: httpx.AsyncClient) -> MonitorRecord:
    given = {"name": "Shop", "frequency": 60, "active": True, "tags": ["a"], "templates": [STEP]}
    made = data(await writer.post("/v1/monitors", json=given), 201)
    return await monitors.find(site.database, world.project_id, MonitorRef(id=made["id"]))


async def test_the_objects_are_those_of_the_api_without_contents(
    site: Site, world: World, writer: httpx.AsyncClient, monitor: MonitorRecord
):
    call = call_result(
        Outcome.FAIL,
        world.now,
        request=StepRequest("POST", STEP["href"], (("Authorization", SECRET),), (("p", SECRET),), SECRET),
        response=RecordedResponse(500, (("Content-Type", "text/plain"), ("Set-Cookie", SECRET)), SECRET),
    )
    await run(world, monitor, Outcome.FAIL, calls=[call])
    [stored] = await stored_runs(world)
    shown = data(await writer.get(f"/v1/monitors/{monitor.id}"))
    monitor = await monitors.find(site.database, world.project_id, MonitorRef(id=monitor.id))

    objects = await monitor_objects(site)(monitor, stored.id)

    assert SECRET not in objects.monitor + objects.run
    assert json.loads(objects.monitor) == {name: value for name, value in shown.items() if name != "templates"}
    check = json.loads(objects.run)
    assert (check["id"], check["status"]) == (stored.id, "failure")
    [told] = check["calls"]
    assert told["request"] == {
        "method": "POST", "href": "http://a.test/login", "headers": None, "body": None, "params": None,
    }  # fmt: skip
    assert told["response"] == {
        "contentType": "text/plain", "stausCode": 500, "statusCode": 500, "headers": None, "body": None,
    }  # fmt: skip
    assert len(told["validationFailures"]) == 1


@pytest.mark.parametrize("run_id", [None, 999])
async def test_a_run_that_is_no_longer_kept_is_null(site: Site, monitor: MonitorRecord, run_id: int | None):
    assert (await monitor_objects(site)(monitor, run_id)).run == "null"


async def test_the_address_of_a_monitor_of_another_kind_is_told_without_credentials(site: Site, world: World):
    other = await world.monitor(kind=ProbeKind.HTTP, steps=(), address=f"https://user:{SECRET}@home.test/?key={SECRET}")

    told = json.loads((await monitor_objects(site)(other, None)).monitor)

    assert told["address"] == "https://home.test/"
