"""What watches the server itself: status, metrics, reports of providers (section 7.6)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from app.channels.message import AlertEvent
from app.db.reader import AnyRow
from app.ids import new_uuid
from app.models import Notification, NotificationState
from app.models.tables import channels, notifications
from app.pipeline.callbacks import status_url
from app.site import Site
from app.store.projects import ProjectRecord
from rest_compat.healthchecks.routes import PREFIXES, VERSIONS
from rest_compat.healthchecks.service import MOST_FORM_BYTES
from tests.conftest import START, MovedClock
from tests.rest_compat.healthchecks.given import a_channel, a_check, application, client, stored

KEY = "schlüssel of the operator"
METRICS = "/api/v3/metrics/"
BASES = [f"{prefix}/api/v{version}" for prefix in PREFIXES for version in VERSIONS]


@pytest.fixture
async def operator(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a site that has a metrics key; it sends none by itself."""
    own = replace(site, settings=site.settings.model_copy(update={"metrics_key": SecretStr(KEY)}))
    async with client(application(own)) as one:
        yield one


def given(key: str) -> dict[bytes, bytes]:
    return {b"X-Metrics-Key": key.encode()}


async def test_status_is_ok_in_every_version_without_a_key(nobody: httpx.AsyncClient) -> None:
    for base in BASES:
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = await nobody.request(method, f"{base}/status/")
            assert (answer.status_code, answer.text) == (200, "" if method == "HEAD" else "OK")
            assert "access-control-allow-origin" not in answer.headers


async def test_an_empty_site_measures_nothing(operator: httpx.AsyncClient) -> None:
    for base in BASES:
        answer = await operator.get(f"{base}/metrics/", headers=given(KEY))

        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert "access-control-allow-origin" not in answer.headers
        assert answer.json() == {
            "ts": int(START.timestamp()),
            "max_ping_id": None,
            "max_notification_id": None,
            "num_unprocessed_flips": 0,
        }


async def test_all_projects_are_measured_by_one_statement(
    site: Site, project: ProjectRecord, operator: httpx.AsyncClient, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for count in (3, 4):
        await a_check(site, project, ping_count=count)
    notification = await a_sent_notification(site, project)
    clock.move(seconds=1.9)
    asked = []

    async def counted(statement: object) -> object:
        asked.append(statement)
        return await rows(statement)

    rows = site.database.rows
    monkeypatch.setattr(site.database, "rows", counted)

    told = (await operator.get(METRICS, headers=given(KEY))).json()

    assert told == {
        "ts": int(START.timestamp()) + 1,
        "max_ping_id": 7,
        "max_notification_id": notification.id,
        "num_unprocessed_flips": 0,
    }
    assert len(asked) == 1


@pytest.mark.parametrize("key", ["", " ", "wrong", KEY[:-1], KEY + "x", KEY.upper(), "\x7f" * 40])
async def test_another_key_measures_nothing(operator: httpx.AsyncClient, key: str) -> None:
    answer = await operator.get(METRICS, headers=given(key))

    assert (answer.status_code, answer.content) == (403, b"")


async def test_without_a_metrics_key_nobody_measures(writer: httpx.AsyncClient) -> None:
    own = writer.headers["x-api-key"]
    for headers in ({}, given(""), given(KEY), given(own)):
        assert (await writer.get(METRICS, headers=headers)).status_code == 403


async def test_a_key_of_a_project_is_no_metrics_key_and_the_query_is_not_read(
    operator: httpx.AsyncClient, writer: httpx.AsyncClient
) -> None:
    project_key = writer.headers["x-api-key"]

    assert (await operator.get(METRICS, headers={"X-Api-Key": project_key})).status_code == 403
    assert (await operator.get(METRICS, params={"X-Metrics-Key": KEY})).status_code == 403
    assert (await operator.post(METRICS, headers=given(KEY))).status_code == 405


async def a_sent_notification(site: Site, project: ProjectRecord) -> Notification:
    """A message that a provider of calls accepted at this moment."""
    channel = await a_channel(site, project, "Phone", "call")
    row = Notification(
        channel_id=channel.id,
        event=AlertEvent.TEST,
        state=NotificationState.SENT,
        attempt=1,
        next_attempt_at=site.clock(),
        created_at=site.clock(),
    )
    await stored(site, row)
    return row


async def outcome(site: Site) -> AnyRow:
    """What is known of the one notification and its channel."""
    told = select(notifications.c.state, notifications.c.error, channels.c.last_error, channels.c.disabled)
    row = await site.database.row(told.join(channels))
    assert row is not None
    return row


SILENT = (NotificationState.SENT, "", "", False)


def failed(error: str, *, disabled: bool = False) -> tuple[NotificationState, str, str, bool]:
    return (NotificationState.FAILED, error, error, disabled)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"error": "No such number"}, failed("No such number")),
        ({"error": "ž" * 300}, failed("ž" * 200)),
        ({"error": "a\0b"}, failed("ab")),
        ({"error": "Gone", "mark_disabled": "true"}, failed("Gone", disabled=True)),
        ({"error": "Gone", "mark_disabled": ""}, failed("Gone")),
        ({"MessageStatus": "failed"}, failed("The provider reports: failed")),
        ({"MessageStatus": "undelivered"}, failed("The provider reports: undelivered")),
        ({"CallStatus": "failed"}, failed("The provider reports: failed")),
        ({"CallStatus": "busy"}, failed("The provider reports: busy")),
        ({"CallStatus": "no-answer"}, failed("The provider reports: no-answer")),
        ({"CallStatus": "canceled"}, failed("The provider reports: canceled")),
        ({"CallStatus": "busy", "mark_disabled": "1"}, failed("The provider reports: busy")),
        ({"error": ""}, SILENT),
        ({"error": "\0"}, SILENT),
        ({"mark_disabled": "true"}, SILENT),
        ({"MessageStatus": "delivered"}, SILENT),
        ({"MessageStatus": "sent"}, SILENT),
        ({"CallStatus": "completed"}, SILENT),
        ({"CallStatus": "FAILED"}, SILENT),
        ({}, SILENT),
    ],
)
async def test_what_a_provider_reports(
    site: Site, project: ProjectRecord, nobody: httpx.AsyncClient, form: dict, expected: tuple
) -> None:
    notification = await a_sent_notification(site, project)
    for _ in range(2):
        answer = await nobody.post(status_url(site, notification.uuid), data=form)

        assert (answer.status_code, answer.content) == (200, b"")
        assert tuple(await outcome(site)) == expected


async def test_each_version_hears_reports(site: Site, project: ProjectRecord, nobody: httpx.AsyncClient) -> None:
    notification = await a_sent_notification(site, project)
    for base in BASES:
        await nobody.post(f"{base}/notifications/{notification.uuid}/status", data={"error": base})

        assert (await outcome(site)).last_error == base


async def test_an_hour_later_nothing_is_heard(
    site: Site, project: ProjectRecord, nobody: httpx.AsyncClient, clock: MovedClock
) -> None:
    notification = await a_sent_notification(site, project)
    clock.move(hours=1)

    answer = await nobody.post(status_url(site, notification.uuid), data={"error": "late", "mark_disabled": "1"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert tuple(await outcome(site)) == SILENT


@pytest.mark.parametrize(
    "body",
    [
        b"error=" + b"x" * MOST_FORM_BYTES,
        b"&".join([b"error=x"] * 101),
        b'{"error": "x"}',
        b"\xff\xfe",
    ],
    ids=["too long", "too many fields", "JSON", "no text"],
)
async def test_what_is_no_form_is_answered_and_changes_nothing(
    site: Site, project: ProjectRecord, nobody: httpx.AsyncClient, body: bytes
) -> None:
    notification = await a_sent_notification(site, project)

    answer = await nobody.post(status_url(site, notification.uuid), content=body)

    assert (answer.status_code, answer.content) == (200, b"")
    assert tuple(await outcome(site)) == SILENT


async def test_an_unknown_notification_is_answered_the_same(
    site: Site, project: ProjectRecord, nobody: httpx.AsyncClient
) -> None:
    await a_sent_notification(site, project)

    answer = await nobody.post(status_url(site, new_uuid()), data={"error": "x"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert tuple(await outcome(site)) == SILENT


async def test_only_a_post_reports_and_only_a_uuid_names(nobody: httpx.AsyncClient) -> None:
    path = f"/api/v3/notifications/{new_uuid()}/status"

    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        answer = await nobody.request(method, path)
        assert (answer.status_code, answer.headers["allow"], answer.content) == (405, "POST", b"")
    for wrong in (f"{path}/", path.upper(), "/api/v3/notifications/1/status"):
        assert (await nobody.post(wrong, data={"error": "x"})).status_code == 404
