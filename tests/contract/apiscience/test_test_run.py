"""Testing your Monitor."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import func, select

from app.errors import Busy
from app.models.tables import calls, runs
from app.runs.plan import RunPlan
from app.runs.result import RunResult
from app.site import Site
from tests.app.receiver import Receiver, answer
from tests.contract.apiscience.example import NEVER
from tests.rest_compat.apiscience.given import V1, data, errors

MOVED = b"<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n</html>\r\n"


@pytest.fixture
async def target(site: Site) -> AsyncIterator[Receiver]:
    """A server that answers as that of the document's example; test runs end with it."""
    async with Receiver([answer(301, MOVED, Content_Type="text/html", Location="http://www.apiscience.com/")]) as one:
        yield one
    await site.trials.close()


async def a_test_run(writer: httpx.AsyncClient, reader: httpx.AsyncClient, *templates: dict) -> tuple[str, dict]:
    """Make a monitor, test it with a read-only key, and return its address and the check."""
    given = {"name": "Ultimate Test", "frequency": 60, "templates": list(templates)}
    monitor = f"/v1/monitors/{data(await writer.post('/v1/monitors', json=given), 201)['id']}"
    return monitor, data(await reader.get(f"{monitor}/test"))


async def test_the_example_where_the_first_step_fails_and_the_second_runs(
    site: Site, target: Receiver, writer: httpx.AsyncClient, reader: httpx.AsyncClient
):
    first = {
        "name": "Fullstack Template Test",
        "method": "POST",
        "href": target.url,
        "headers": [{"X-Two": "1"}, {"X-Two": "2"}],
        "params": [{"foobar": "cow"}],
        "validators": [{"kind": "regex", "assertion": "foo"}],
    }
    monitor, check = await a_test_run(writer, reader, first, {"method": "GET", "href": target.url, "body": ""})

    number = int(monitor.rpartition("/")[2])
    assert list(check) == [
        "id", "href", "status", "statistics", "monitor", "calls", "createdAt", "updatedAt",
    ]  # fmt: skip
    assert check["href"] == f"{V1}/checks/{check['id']}.json"
    assert check["status"] == "failure"
    assert check["monitor"] == {"id": number, "href": f"{V1}/monitors/{number}.json", "name": "Ultimate Test"}
    failed, passed = check["calls"]
    steps = data(await writer.get(f"{monitor}/templates"))
    assert failed["template"] == {"id": steps[0]["id"], "href": steps[0]["self"], "name": "Fullstack Template Test"}
    assert passed["template"] == {"id": steps[1]["id"], "href": steps[1]["self"], "name": None}
    assert (failed["request"]["method"], failed["request"]["params"]) == ("POST", [{"foobar": "cow"}])
    assert [one for one in failed["request"]["headers"] if "X-Two" in one] == [{"X-Two": "1"}, {"X-Two": "2"}]
    assert failed["response"] == {
        "contentType": "text/html",
        "stausCode": 301,
        "statusCode": 301,
        "headers": [
            {"Content-Length": str(len(MOVED))},
            {"Connection": "close"},
            {"Content-Type": "text/html"},
            {"Location": "http://www.apiscience.com/"},
        ],
        "body": MOVED.decode(),
    }
    assert [failure["kind"] for failure in failed["validationFailures"]] == ["Regex"]
    assert passed["validationFailures"] == []
    assert failed["id"] != passed["id"]
    for shown in (check, failed, passed):
        parts = [shown["statistics"][name] for name in ("resolve", "connect", "processing", "transfer", "closing")]
        assert round(sum(parts), 2) == shown["statistics"]["total"] > 0
    assert failed["statistics"]["downloadSize"] == len(MOVED)
    assert check["statistics"]["downloadSize"] == 2 * len(MOVED)
    assert [request.target for request in target.requests] == ["/?foobar=cow", "/"]


async def test_nothing_is_recorded(site: Site, target: Receiver, writer: httpx.AsyncClient, reader: httpx.AsyncClient):
    monitor, check = await a_test_run(writer, reader, {"method": "GET", "href": target.url})

    assert check["status"] == "success"
    for table in (runs, calls):
        row = await site.database.row(select(func.count()).select_from(table))
        assert row is not None
        assert row[0] == 0
    shown = data(await reader.get(monitor))
    assert (shown["summary"], shown["active"]) == (NEVER, False)
    again = data(await reader.get(f"{monitor}/test"))
    assert again["id"] > check["id"]


async def test_a_target_that_cannot_be_reached_fails_without_a_response(
    target: Receiver, writer: httpx.AsyncClient, reader: httpx.AsyncClient
):
    _, check = await a_test_run(writer, reader, {"method": "GET", "href": "http://127.0.0.1:1/"})

    [call] = check["calls"]
    assert (check["status"], call["response"]) == ("failure", None)
    assert [failure["kind"] for failure in call["validationFailures"]] == ["Connection"]


async def test_a_monitor_without_templates_has_nothing_to_fail(
    target: Receiver, writer: httpx.AsyncClient, reader: httpx.AsyncClient
):
    _, check = await a_test_run(writer, reader)

    assert (check["status"], check["calls"], set(check["statistics"].values())) == ("success", [], {0})


async def test_too_many_at_once_are_told_so(site: Site, monkeypatch: pytest.MonkeyPatch, writer: httpx.AsyncClient):
    async def full(_self: object, _plan: RunPlan) -> RunResult:
        raise Busy("As many test runs as may are under way.", limit=8, used=8)

    monkeypatch.setattr("app.runs.trial.Trials.run", full)
    made = data(await writer.post("/v1/monitors", json={"name": "m", "frequency": 60}), 201)

    answer = await writer.get(f"/v1/monitors/{made['id']}/test")

    errors(answer, 429)
    assert answer.json()["error"]["name"] == "Too Many Requests"
