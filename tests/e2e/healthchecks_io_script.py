"""Somebody's script that uses the published client `healthchecks-io`: run by a Python of its own, never imported.

It is told on standard input where the server is, and prints as one JSON object what the client returned.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

from healthchecks_io import AsyncClient, CheckCreate, CheckTrap, CheckUpdate, Client, HCAPIAuthError


def refused(call: Callable[[], object]) -> str:
    """Return by which of the client's own errors it tells of a refusal."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever the client raises is told
        return type(error).__name__
    return "nothing"


def plain(found: Any) -> Any:
    """Return what JSON can hold of the client's objects."""
    if isinstance(found, list):
        return [plain(one) for one in found]
    if isinstance(found, dict):
        return {name: plain(one) for name, one in found.items()}
    return found.model_dump(mode="json")


def manage(client: Client, version: int) -> dict[str, Any]:
    """Make three checks; change one, pause one and delete one."""
    new = CheckCreate(name=f"Kept {version}", tags=f"prod v{version}", timeout=3600, grace=600, channels="*")
    made = client.create_check(new)
    changed = client.update_check(made.uuid, CheckUpdate(desc="by a client", methods="POST", tags="prod"))
    cron = client.create_check(CheckCreate(name=f"Cron {version}", schedule="0 4 * * *", tz="Europe/Riga"))
    gone = client.create_check(CheckCreate(name=f"Gone {version}"))
    return {
        "made": plain(made),
        "changed": plain(changed),
        "matched": plain(client.create_check(new.model_copy(update={"unique": ["name"], "channels": None}))),
        "got": plain(client.get_check(made.uuid)),
        "paused": plain(client.pause_check(cron.uuid)),
        "deleted": plain(client.delete_check(gone.uuid)),
        "gone": refused(lambda: client.get_check(gone.uuid)),
        "too small": refused(lambda: client.create_check(CheckCreate(grace=1))),
    }


def ping(client: Client, uuid: str, slug: str) -> dict[str, Any]:
    """Send signals of every kind by uuid and by slug."""
    answers = [
        client.start_ping(uuid=uuid),
        client.success_ping(uuid=uuid, data="žlutý kůň"),
        client.exit_code_ping(3, uuid=uuid),
        client.fail_ping(uuid=uuid, data="no"),
        client.success_ping(slug=slug),
        client.start_ping(slug=slug),
        client.fail_ping(slug=slug),
        client.exit_code_ping(0, slug=slug),
    ]
    with CheckTrap(client, slug=slug) as trap:
        trap.add_log("a line of the job")
    return {
        "answers": answers,
        "log": plain(client.get_check_pings(uuid)),
        "unknown": refused(lambda: client.success_ping(slug="unheard-of")),
        "ambiguous": refused(lambda: client.success_ping(slug="twin")),
        "exit status": refused(lambda: client.exit_code_ping(256, uuid=uuid)),
    }


async def listed(place: dict[str, Any], key: str) -> list[Any]:
    """List the checks by the client's other half, which is asynchronous."""
    async with AsyncClient(api_key=key, **place) as client:
        found: list[Any] = plain(await client.get_checks())
    return found


def main(told: dict[str, Any]) -> dict[str, Any]:
    place = {"api_url": told["api_url"], "ping_url": told["ping_url"], "api_version": told["version"]}
    with Client(api_key=told["read_write"], ping_key=told["ping"], **place) as client:
        managed = manage(client, told["version"])
        result = {
            "managed": managed,
            "pinged": ping(client, managed["made"]["uuid"], told["slug"]),
            "tagged": [check.name for check in client.get_checks(tags=["prod", f"v{told['version']}"])],
            "integrations": plain(client.get_integrations()),
            "badges": plain(client.get_badges()),
        }
    with Client(api_key=told["read_only"], **place) as client:
        result["seen"] = plain(client.get_checks())
        result["by unique key"] = plain(client.get_check(result["seen"][0]["unique_key"]))
        result["may not"] = refused(lambda: client.pause_check(managed["made"]["uuid"]))
    result["listed"] = asyncio.run(listed(place, told["read_write"]))
    with Client(api_key="x" * 32, **place) as client:
        result["a stranger"] = refused(client.get_checks) == HCAPIAuthError.__name__
    return result


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
