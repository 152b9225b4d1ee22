"""The client `healthchecks-io` as it is published, against a real server: all that it can do works here, unchanged."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.server import ROOT, ServerProcess, heliograph

CLIENT_PYTHON = ROOT / ".venv" / "clients" / "bin" / "python"
SCRIPT = Path(__file__).with_name("healthchecks_io_script.py")

pytestmark = pytest.mark.skipif(
    not CLIENT_PYTHON.exists(), reason="the published clients are not installed: make .venv/done/clients"
)


class Place:
    """A project on a running server, with one channel, and our own way to look at it."""

    def __init__(self, server: ServerProcess, root: str) -> None:
        project = json.loads(heliograph(server, "project", "create", "Jobs", "--json"))
        self.keys: dict[str, str] = project["keys"]
        mail = ("--name", "Ops", "--kind", "email", "--value", "ops@example.org")
        contact = json.loads(heliograph(server, "contact", "create", "--project", "Jobs", *mail, "--json"))
        self.channel: str = contact["channel"]["id"]
        self.root = root

    def ask(self, method: str, path: str, **fields: Any) -> Any:
        url = httpx.URL(self.root).join(path)
        key = {"X-Api-Key": self.keys["read_write"]}
        answer = httpx.request(method, url, headers=key, json=fields or None, timeout=30, trust_env=False)
        assert answer.status_code in (200, 201), answer.text
        return answer.json() if answer.headers["content-type"] == "application/json" else answer.text

    def run(self, version: int, slug: str) -> dict[str, Any]:
        """Run the script, and return what its client returned."""
        told = {"api_url": f"{self.root}/api/", "ping_url": f"{self.root}/ping/", "version": version, "slug": slug}
        done = subprocess.run(
            [CLIENT_PYTHON, SCRIPT],
            input=json.dumps(told | self.keys),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_all_that_the_client_can_do(serve: Callable[..., tuple[ServerProcess, str]]) -> None:
    place = Place(*serve())
    for _ in range(2):
        place.ask("POST", "/api/v3/checks/", slug="twin")
    for version in (1, 2, 3):
        # given a check with a slug, which this client cannot set
        base = f"/api/v{version}/checks"
        slugged = place.ask("POST", f"{base}/", slug=f"job-{version}")

        found = place.run(version, slugged["slug"])

        made = managed_as_asked(place, found["managed"], base, version)
        pinged_as_told(place, found["pinged"], f"{base}/{made}", f"{base}/{slugged['uuid']}")
        read_as_it_is(place, found, version)


def managed_as_asked(place: Place, told: dict[str, Any], base: str, version: int) -> str:
    """Compare what the client was told of its checks with what they are; return the uuid of the one that it kept."""
    made = told["made"]
    assert (made["name"], made["tags"]) == (f"Kept {version}", f"prod v{version}")
    assert (made["timeout"], made["grace"]) == (3600, 600)
    assert (made["channels"], made["status"], made["n_pings"]) == (place.channel, "new", 0)
    assert made["slug"] == ("" if version == 3 else f"kept-{version}")
    assert made["update_url"] == f"{place.root}{base}/{made['uuid']}"
    changed = told["changed"]
    assert (changed["desc"], changed["methods"], changed["tags"]) == ("by a client", "POST", "prod")
    # the client sends its defaults along, so a match loses what was not said anew
    assert (told["matched"]["uuid"], told["matched"]["methods"]) == (made["uuid"], "")
    assert told["got"] == told["matched"]
    assert (told["gone"], told["too small"]) == ("CheckNotFoundError", "BadAPIRequestError")

    kept = place.ask("GET", f"{base}/{made['uuid']}")
    assert (kept["desc"], kept["tags"], kept["channels"]) == ("", f"prod v{version}", place.channel)
    cron = place.ask("GET", f"{base}/{told['paused']['uuid']}")
    assert (cron["status"], cron["schedule"], cron["tz"]) == ("paused", "0 4 * * *", "Europe/Riga")
    assert told["paused"]["status"] == "paused"
    listed = place.ask("GET", f"{base}/")["checks"]
    assert told["deleted"]["uuid"] not in [check["uuid"] for check in listed]
    return str(made["uuid"])


def pinged_as_told(place: Place, told: dict[str, Any], by_uuid: str, by_slug: str) -> None:
    """Compare what the client sent, and read of it, with what was recorded."""
    assert told["answers"] == [[True, "OK"]] * 8
    assert (told["unknown"], told["ambiguous"]) == ("CheckNotFoundError", "NonUniqueSlugError")
    assert told["exit status"] == "BadAPIRequestError"
    recorded = place.ask("GET", f"{by_uuid}/pings/")["pings"]
    assert [ping["type"] for ping in recorded] == ["fail", "fail", "success", "start"]
    assert place.ask("GET", f"{by_uuid}/pings/2/body") == "žlutý kůň"
    assert [(ping["number_of_pings"], ping["type"], ping["duration"], ping["remote_addr"]) for ping in told["log"]] == [
        (ping["n"], ping["type"], ping.get("duration"), "127.0.0.1") for ping in recorded
    ]
    assert all(ping["user_agent"].startswith("py-healthchecks.io") for ping in told["log"])

    trapped = place.ask("GET", f"{by_slug}/pings/")["pings"]
    assert [ping["type"] for ping in trapped] == ["success", "start", "success", "fail", "start", "success"]
    assert place.ask("GET", f"{by_slug}/pings/6/body") == "a line of the job"
    # the client's own call for flips cannot read the documented answer
    assert [flip["up"] for flip in place.ask("GET", f"{by_uuid}/flips/")["flips"]] == [0, 1]
    assert [flip["up"] for flip in place.ask("GET", f"{by_slug}/flips/")["flips"]] == [1, 0, 1]


def read_as_it_is(place: Place, found: dict[str, Any], version: int) -> None:
    """Compare the client's lists with ours."""
    listed = place.ask("GET", f"/api/v{version}/checks/")["checks"]
    assert [check["uuid"] for check in found["listed"]] == [check["uuid"] for check in listed]
    assert [check["status"] for check in found["listed"]] == [check["status"] for check in listed]
    assert found["tagged"] == [f"Kept {version}"]
    assert found["integrations"] == [{"id": place.channel, "name": "Ops", "kind": "email"}]

    assert [check["name"] for check in found["seen"]] == [check["name"] for check in listed]
    assert all(check["uuid"] is None and check["ping_url"] is None for check in found["seen"])
    assert found["by unique key"] == found["seen"][0]
    assert (found["may not"], found["a stranger"]) == ("HCAPIAuthError", True)

    badges = found["badges"]
    assert badges.keys() == {"*", "prod", *(f"v{number}" for number in range(1, version + 1))}
    for badge in badges.values():
        assert place.ask("GET", badge["json3_url"]).keys() == {"status", "total", "grace", "down"}
        assert place.ask("GET", badge["shields"])["schemaVersion"] == 1
    assert place.ask("GET", badges["*"]["json_url"])["status"] == "down"
    assert place.ask("GET", badges["*"]["json_url"])["total"] == len(listed)
