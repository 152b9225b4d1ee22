"""The documented workflow of API Science with a real server: made, tested, activated, alerted, reported."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.http_server import HttpServer
from tests.e2e.mailbox import Mailbox
from tests.e2e.server import ServerProcess
from tests.e2e.test_main_job import curl

RUN_NOW = "mutation($id: ID!) { monitorRunNow(ids: [$id]) { errors { message } } }"
READ = """
query($id: ID!) { node(id: $id) { ... on Monitor {
  name state tags { name } templates { url validations { source operator expected } } lastRun { outcome }
} } }
"""
RENAME = """
mutation($id: ID!) { monitorUpdate(by: {id: $id}, input: {name: "Renamed"}) { errors { message } monitor { name } } }
"""
FIND = "{ project { monitors { edges { node { id name } } } } }"


class Api:
    """A client of the API with a key, by curl."""

    def __init__(self, root: str, key: str) -> None:
        self.root = root
        self._key = f"Authorization: Bearer {key}"

    def __call__(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        sent = () if body is None else ("--data-binary", json.dumps(body), "--header", "Content-Type: application/json")
        answered = json.loads(curl(f"{self.root}/v1{path}", "--request", method, "--header", self._key, *sent))
        assert answered["meta"]["status"] == "success", answered
        return answered

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables})
        typed = ("--header", "Content-Type: application/json", "--header", self._key)
        answered = json.loads(curl(f"{self.root}/graphql", *typed, "--data-binary", body))
        assert "errors" not in answered, answered
        return answered["data"]

    def checks(self, monitor: int, count: int) -> list[dict[str, Any]]:
        """Return the newest runs once there are so many."""
        deadline = time.monotonic() + 60
        while len(found := self("GET", f"/monitors/{monitor}/checks")["data"]) < count:
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        return found


@pytest.fixture
def target() -> Iterator[HttpServer]:
    with HttpServer() as server:
        server.body = '{"token": "abc", "state": "fine"}'
        yield server


def test_a_monitor_is_made_tested_activated_alerted_and_reported(
    serve: Callable[..., tuple[ServerProcess, str]], mailbox: Mailbox, hook: HttpServer, target: HttpServer
) -> None:
    # given a site with two contacts, and a monitor of two steps that is not active yet
    server, root = serve()
    api = Api(root, server.wait_for(r"Read-write key +(hgw_\S+)").group(1))
    api("POST", "/contacts", {"type": "email", "value": "ops@example.org", "label": "Ops"})
    api("POST", "/contacts", {"type": "url", "value": f"{hook.url}/alert"})
    steps = [
        {
            "name": "log in", "method": "POST", "href": f"{target.url}/login", "body": "hello",
            "postScript": "context.variables.token = JSON.parse(context.response.body).token",
        },
        {
            "method": "GET", "href": f"{target.url}/state?token={{{{token}}}}",
            "validations": [{"kind": "regex", "assertion": "fine"}, {"kind": "Response Code", "assertion": 200}],
        },
    ]  # fmt: skip
    monitor = api("POST", "/monitors", {"name": "Shop", "frequency": 60, "tags": ["prod"], "templates": steps})["data"]
    number = monitor["id"]
    assert (monitor["active"], monitor["summary"]["status"]) == (False, "pending")

    # when it is tested, then its steps run for real and nothing is recorded
    tested = api("GET", f"/monitors/{number}/test")["data"]
    assert tested["status"] == "success"
    assert target.requests == [("POST", "/login", "hello"), ("GET", "/state?token=abc", "")]
    assert api("GET", f"/monitors/{number}/checks")["data"] == []

    # when it is activated, then it runs at once and is up, which is no news
    assert api("PATCH", f"/monitors/{number}", {"active": True})["data"]["active"] is True
    (good,) = api.checks(number, 1)
    assert (good["status"], len(good["calls"])) == ("success", 2)
    assert api("GET", f"/monitors/{number}")["data"]["summary"]["status"] == "up"

    # when a validation fails, then contacts hear of it once
    (found,) = [edge["node"] for edge in api.graphql(FIND)["project"]["monitors"]["edges"]]
    target.body = '{"token": "abc", "state": "broken"}'
    api.graphql(RUN_NOW, id=found["id"])
    bad = api.checks(number, 2)[0]
    assert bad["status"] == "failure"
    assert [failure["kind"] for failure in bad["calls"][1]["validationFailures"]] == ["Regex"]
    (mail,) = mailbox.wait_for(1)
    assert (mail["Subject"], mail["To"]) == ("DOWN | Shop", "ops@example.org")
    ((method, path, body),) = hook.wait_for(1)
    assert (method, path) == ("POST", "/alert")
    told = json.loads(body)
    assert (told["event"], told["monitor"]["id"], told["check"]["id"]) == ("monitor.down", number, bad["id"])
    assert api("GET", f"/monitors/{number}")["data"]["summary"]["status"] == "down"

    # when it works again, then they hear of that too
    target.body = '{"token": "abc", "state": "fine"}'
    api.graphql(RUN_NOW, id=found["id"])
    assert mailbox.wait_for(2)[1]["Subject"] == "UP | Shop"
    assert json.loads(hook.wait_for(2)[1][2])["event"] == "monitor.up"

    # then both reports tell of the three runs
    uptime = api("GET", f"/monitors/{number}/uptime?preset=lastDay")
    assert (len(uptime["data"]), uptime["data"][0]["uptime"]) == (24, 0.6667)
    performance = api("GET", f"/monitors/{number}/performance?preset=lastDay")["data"]
    assert performance[0]["averageTotal"] > 0
    assert performance[1]["averageTotal"] is None

    # and the same monitor is seen and changed in GraphQL
    node = api.graphql(READ, id=found["id"])["node"]
    assert (node["name"], node["state"], node["lastRun"]) == ("Shop", "UP", {"outcome": "PASS"})
    assert node["tags"] == [{"name": "prod"}]
    assert [template["url"] for template in node["templates"]] == [step["href"] for step in steps]
    assert node["templates"][1]["validations"][0] == {"source": "BODY", "operator": "MATCHES", "expected": "fine"}
    assert api.graphql(RENAME, id=found["id"])["monitorUpdate"]["monitor"] == {"name": "Renamed"}
    assert api("GET", f"/monitors/{number}")["data"]["name"] == "Renamed"
    assert server.stop() == 0
