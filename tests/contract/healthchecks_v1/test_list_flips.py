"""Flips of a check: not in the document, found in the server (specs/healthchecks.md section 7.3)."""

from datetime import timedelta

import httpx
import pytest

from app.ids import new_uuid
from app.models import Flip
from app.rules.states import FlipReason, WatchState
from app.site import Site
from app.store.checks import CheckRecord
from app.store.projects import ProjectRecord
from tests.conftest import START, MovedClock
from tests.rest_compat.healthchecks.given import a_check, stored

NOON = int(START.timestamp())


@pytest.fixture
async def check(site: Site, clock: MovedClock, project: ProjectRecord) -> CheckRecord:
    """A check that went up at noon, down an hour later, was paused after two; now it is three."""
    check = await a_check(site, project)
    moves = [
        (0, WatchState.NEW, WatchState.UP, FlipReason.NONE),
        (1, WatchState.UP, WatchState.DOWN, FlipReason.TIMEOUT),
        (2, WatchState.DOWN, WatchState.NEW, FlipReason.PAUSED),
    ]
    await stored(
        site,
        *(
            Flip(
                watchable_id=check.id,
                at=START + timedelta(hours=hours, microseconds=999_999),
                from_state=old,
                to_state=new,
                reason=reason,
            )
            for hours, old, new, reason in moves
        ),
    )
    clock.move(hours=3)
    return check


async def test_flips_come_newest_first_with_whole_seconds(check: CheckRecord, writer: httpx.AsyncClient):
    answer = await writer.get(f"/api/v1/checks/{check.uuid}/flips/")

    assert answer.status_code == 200
    assert answer.json() == {
        "flips": [
            {"timestamp": "2026-03-01T14:00:00+00:00", "up": 0},
            {"timestamp": "2026-03-01T13:00:00+00:00", "up": 0},
            {"timestamp": "2026-03-01T12:00:00+00:00", "up": 1},
        ]
    }


async def test_a_read_only_key_sees_them_by_either_name(check: CheckRecord, reader: httpx.AsyncClient):
    by_uuid = await reader.get(f"/api/v1/checks/{check.uuid}/flips/")
    by_unique_key = await reader.get(f"/api/v1/checks/{check.unique_key}/flips/")

    assert by_uuid.status_code == 200
    assert by_uuid.json() == by_unique_key.json()


@pytest.mark.parametrize(
    ("query", "hours"),
    [
        ("seconds=0", [14, 13, 12]),
        ("seconds=", [14, 13, 12]),
        ("seconds=7200", [14, 13]),
        ("seconds=31536000", [14, 13, 12]),
        (f"start={NOON + 3601}", [14]),
        (f"end={NOON + 3600}", [12]),
        (f"start={NOON + 1}&end={NOON + 7200}", [13]),
        (f"seconds=3600&start={NOON}", [14]),
        (f"seconds=10800&start={NOON + 3600}", [14, 13]),
        ("start=0&end=10000000000", [14, 13, 12]),
        ("start=10000000000", []),
        ("end=0", []),
    ],
)
async def test_spans(check: CheckRecord, writer: httpx.AsyncClient, query: str, hours: list[int]):
    answer = await writer.get(f"/api/v1/checks/{check.uuid}/flips/?{query}")

    assert [int(flip["timestamp"][11:13]) for flip in answer.json()["flips"]] == hours


async def test_what_is_no_span_is_refused_without_a_word(check: CheckRecord, writer: httpx.AsyncClient):
    wrong_seconds = ("-1", "31536001", "1.5", "x", "%D9%A3", "+5", " 5")
    wrong_instants = ("", "-1", "10000000001", "9" * 5000, "1e9", "x")
    queries = [f"seconds={text}" for text in wrong_seconds]
    queries += [f"{name}={text}" for name in ("start", "end") for text in wrong_instants]
    for name in (check.uuid, check.unique_key):
        for query in queries:
            answer = await writer.get(f"/api/v1/checks/{name}/flips/?{query}")

            assert (answer.status_code, answer.content) == (400, b""), query
            assert answer.headers["access-control-allow-origin"] == "*"


async def test_existence_and_project_are_told_before_a_wrong_span(
    check: CheckRecord, writer: httpx.AsyncClient, stranger: httpx.AsyncClient
):
    assert (await writer.get(f"/api/v1/checks/{new_uuid()}/flips/?start=x")).status_code == 404
    assert (await stranger.get(f"/api/v1/checks/{check.uuid}/flips/?start=x")).status_code == 403
    assert (await stranger.get(f"/api/v1/checks/{check.unique_key}/flips/?start=x")).status_code == 404
