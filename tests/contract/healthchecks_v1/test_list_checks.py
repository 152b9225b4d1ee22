"""Get a List of Existing Checks."""

from datetime import UTC, datetime

import httpx
import pytest

from app.rules.states import ScheduleKind, WatchState
from app.site import Site
from app.store.projects import ProjectRecord
from tests.conftest import MovedClock
from tests.contract.healthchecks_v1.example import as_documented
from tests.rest_compat.healthchecks.given import (
    EXTRA_KEYS,
    EXTRA_WRITER_KEYS,
    ROOT,
    a_channel,
    a_check,
    a_project,
    assigned,
)

FILES = "31365bce-8da9-4729-8ff3-aaa71d56b712"
BASE = "803f680d-e89b-492b-82ef-2be7b774a92d"
CHANNELS = ("1bdea468-03bf-47b8-ab27-29a9dd0e4b94", "51c6eb2b-2ae1-456b-99fe-6f1e0a36cd3c")

READ_ONLY = [
    {
        "name": "Filesystem Backup",
        "tags": "backup fs",
        "desc": "Runs incremental backup every hour",
        "grace": 600,
        "n_pings": 1,
        "status": "up",
        "last_ping": "2020-03-24T14:02:03+00:00",
        "next_ping": "2020-03-24T15:02:03+00:00",
        "manual_resume": False,
        "unique_key": "a6c7b0a8a66bed0df66abfdab3c77736861703ee",
        "timeout": 3600,
    },
    {
        "name": "Database Backup",
        "tags": "production db",
        "desc": "Runs ~/db-backup.sh",
        "grace": 1200,
        "n_pings": 7,
        "status": "down",
        "last_ping": "2020-03-23T10:19:32+00:00",
        "next_ping": None,
        "manual_resume": False,
        "unique_key": "124f983e0e3dcaeba921cfcef46efd084576e783",
        "schedule": "15 5 * * *",
        "tz": "UTC",
    },
]


def for_writers(example: dict, uuid: str) -> dict:
    """The same check as the document shows it to a read-write key."""
    update_url = f"{ROOT}/api/v1/checks/{uuid}"
    return {key: value for key, value in example.items() if key != "unique_key"} | {
        "ping_url": f"{ROOT}/ping/{uuid}",
        "update_url": update_url,
        "pause_url": f"{update_url}/pause",
        "channels": ",".join(CHANNELS),
    }


@pytest.fixture
async def example(site: Site, clock: MovedClock, project: ProjectRecord) -> None:
    """The checks of the document's example, shortly after the first one's ping."""
    clock.now = datetime(2020, 3, 24, 14, 30, tzinfo=UTC)
    told = [await a_channel(site, project, uuid=uuid) for uuid in reversed(CHANNELS)]
    files = await a_check(
        site,
        project,
        uuid=FILES,
        name="Filesystem Backup",
        tags="backup fs",
        description="Runs incremental backup every hour",
        period=3600,
        grace=600,
        state=WatchState.UP,
        ping_count=1,
        last_ping_at=datetime(2020, 3, 24, 14, 2, 3, 999_999, tzinfo=UTC),
    )
    base = await a_check(
        site,
        project,
        uuid=BASE,
        name="Database Backup",
        tags="production db",
        description="Runs ~/db-backup.sh",
        schedule_kind=ScheduleKind.CRON,
        schedule="15 5 * * *",
        grace=1200,
        state=WatchState.DOWN,
        ping_count=7,
        last_ping_at=datetime(2020, 3, 23, 10, 19, 32, tzinfo=UTC),
    )
    for check in (files, base):
        await assigned(site, check, *told)


@pytest.mark.usefixtures("example")
async def test_the_example_with_a_read_write_key(writer: httpx.AsyncClient) -> None:
    answer = await writer.get("/api/v1/checks/")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["checks"]
    first, second = answer.json()["checks"]
    assert as_documented(first, for_writers(READ_ONLY[0], FILES), EXTRA_WRITER_KEYS)
    assert as_documented(second, for_writers(READ_ONLY[1], BASE), EXTRA_WRITER_KEYS)


@pytest.mark.usefixtures("example")
async def test_the_example_with_a_read_only_key(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/api/v1/checks/")

    assert answer.status_code == 200
    first, second = answer.json()["checks"]
    assert as_documented(first, READ_ONLY[0], EXTRA_KEYS)
    assert as_documented(second, READ_ONLY[1], EXTRA_KEYS)


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("tag=backup", ["Filesystem Backup"]),
        ("tag=backup&tag=fs", ["Filesystem Backup"]),
        ("tag=fs&tag=fs", ["Filesystem Backup"]),
        ("tag=backup&tag=db", []),
        ("tag=back", []),
        ("tag=Backup", []),
        ("tag=unheard-of", []),
        ("tag=", []),
        ("tag=%00", []),
        ("tag=" + "&tag=".join(map(str, range(300))), []),
        ("tag=%ff", []),
        ("slug=", ["Filesystem Backup", "Database Backup"]),
        ("slug=%00", []),
        ("slug=unheard-of", []),
        ("other=1", ["Filesystem Backup", "Database Backup"]),
    ],
)
async def test_filters(writer: httpx.AsyncClient, query: str, names: list[str]) -> None:
    answer = await writer.get(f"/api/v1/checks/?{query}")

    assert answer.status_code == 200
    assert [check["name"] for check in answer.json()["checks"]] == names


async def test_the_slug_filter_is_exact_and_combines_with_tags(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
) -> None:
    for name, slug, tags in (("a", "one", "x"), ("b", "one", "y"), ("c", "one-two", "x")):
        await a_check(site, project, name=name, slug=slug, tags=tags)

    async def names(query: str) -> list[str]:
        return [check["name"] for check in (await writer.get(f"/api/v1/checks/?{query}")).json()["checks"]]

    assert await names("slug=one") == ["a", "b"]
    assert await names("slug=one&tag=x") == ["a"]


async def test_checks_come_in_the_order_of_creation_and_of_this_project_alone(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    for name in "bca":
        await a_check(site, project, name=name)
    await a_check(site, await a_project(site, "Third"), name="theirs")

    assert [check["name"] for check in (await writer.get("/api/v1/checks/")).json()["checks"]] == ["b", "c", "a"]
    assert (await stranger.get("/api/v1/checks/")).json() == {"checks": []}


async def test_without_a_key_nothing_is_listed(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.get("/api/v1/checks/")

    assert (answer.status_code, answer.json()) == (401, {"error": "missing api key"})


async def test_what_is_not_ascii_is_escaped(site: Site, project: ProjectRecord, writer: httpx.AsyncClient) -> None:
    await a_check(site, project, name="日本 😀")

    answer = await writer.get("/api/v1/checks/")

    assert b'"name":"\\u65e5\\u672c \\ud83d\\ude00"' in answer.content
    assert answer.json()["checks"][0]["name"] == "日本 😀"
