"""Get a Single Check, by uuid and by unique key."""

from datetime import UTC, datetime

import httpx
import pytest

from app.rules.states import ScheduleKind, WatchState
from app.site import Site
from app.store.checks import CheckRecord
from app.store.projects import ProjectRecord
from tests.contract.healthchecks_v1.example import as_documented
from tests.rest_compat.healthchecks.given import (
    EXTRA_KEYS,
    EXTRA_WRITER_KEYS,
    ROOT,
    a_channel,
    a_check,
    assigned,
)

UUID = "803f680d-e89b-492b-82ef-2be7b774a92d"
UNIQUE_KEY = "124f983e0e3dcaeba921cfcef46efd084576e783"
READ_ONLY = {
    "name": "Database Backup",
    "tags": "production db",
    "desc": "Runs ~/db-backup.sh",
    "grace": 1200,
    "n_pings": 7,
    "status": "down",
    "last_ping": "2020-03-23T10:19:32+00:00",
    "next_ping": None,
    "manual_resume": False,
    "unique_key": UNIQUE_KEY,
    "schedule": "15 5 * * *",
    "tz": "UTC",
}
FULL = {key: value for key, value in READ_ONLY.items() if key != "unique_key"} | {
    "ping_url": f"{ROOT}/ping/{UUID}",
    "update_url": f"{ROOT}/api/v1/checks/{UUID}",
    "pause_url": f"{ROOT}/api/v1/checks/{UUID}/pause",
    "channels": "1bdea468-03bf-47b8-ab27-29a9dd0e4b94,51c6eb2b-2ae1-456b-99fe-6f1e0a36cd3c",
}


@pytest.fixture
async def example(site: Site, project: ProjectRecord) -> CheckRecord:
    check = await a_check(
        site,
        project,
        uuid=UUID,
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
    told = [await a_channel(site, project, uuid=uuid) for uuid in FULL["channels"].split(",")]
    await assigned(site, check, *told)
    return check


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("name", [UUID, UNIQUE_KEY])
async def test_the_example_with_a_read_write_key(writer: httpx.AsyncClient, name: str) -> None:
    answer = await writer.get(f"/api/v1/checks/{name}")

    assert answer.status_code == 200
    assert as_documented(answer.json(), FULL, EXTRA_WRITER_KEYS)


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("name", [UUID, UNIQUE_KEY])
async def test_the_example_with_a_read_only_key(reader: httpx.AsyncClient, name: str) -> None:
    answer = await reader.get(f"/api/v1/checks/{name}")

    assert answer.status_code == 200
    assert as_documented(answer.json(), READ_ONLY, EXTRA_KEYS)


@pytest.mark.usefixtures("example")
async def test_another_projects_check_is_forbidden_by_uuid_and_unknown_by_unique_key(
    stranger: httpx.AsyncClient,
) -> None:
    by_uuid = await stranger.get(f"/api/v1/checks/{UUID}")
    by_unique_key = await stranger.get(f"/api/v1/checks/{UNIQUE_KEY}")

    assert (by_uuid.status_code, by_uuid.content) == (403, b"")
    assert (by_unique_key.status_code, by_unique_key.content) == (404, b"")


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("name", ["00000000-0000-4000-8000-000000000000", "0" * 40, UNIQUE_KEY.upper(), "A" * 40])
async def test_an_unknown_check_is_not_found(writer: httpx.AsyncClient, name: str) -> None:
    assert (await writer.get(f"/api/v1/checks/{name}")).status_code == 404


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize(
    "name", [UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}", UUID[:-1], f"{UUID}%0A", f"{UUID}/"]
)
async def test_only_a_lower_case_dashed_uuid_names_a_check(writer: httpx.AsyncClient, name: str) -> None:
    assert (await writer.get(f"/api/v1/checks/{name}")).status_code == 404


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("name", [UUID, UNIQUE_KEY])
async def test_without_a_key_nothing_is_shown(nobody: httpx.AsyncClient, name: str) -> None:
    answer = await nobody.get(f"/api/v1/checks/{name}")

    assert (answer.status_code, answer.json()) == (401, {"error": "missing api key"})
