"""`bounces/`: an alert mail that came back, handed in by a mail server (section 7.6)."""

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from app.ids import new_uuid
from app.pipeline.bounces import return_address
from app.site import Site
from app.store.projects import ProjectRecord
from tests.contract.healthchecks.test_service import BASES, SILENT, a_sent_notification, failed, outcome
from tests.rest_compat.healthchecks.given import application, client

REASON = "The mail bounced with status 5.1.1 smtp; 550 No such user"


@pytest.fixture
def back(site: Site) -> Site:
    """The site, with return addresses."""
    return replace(site, settings=site.settings.model_copy(update={"mail_bounce_domain": "bounces.example.org"}))


@pytest.fixture
async def mail_server(back: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with client(application(back)) as one:
        yield one


def returned(to: str | None, status: str = "5.1.1", padding: int = 0) -> bytes:
    return (
        f"To: <{to}>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Action: failed\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 No such user\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{'x' * padding}\r\n--b--\r\n"
    ).encode()


async def test_a_hard_bounce_disables_the_channel_in_every_version(
    back: Site, project: ProjectRecord, mail_server: httpx.AsyncClient
) -> None:
    notification = await a_sent_notification(back, project)
    raw = returned(return_address(back, notification.uuid), padding=200_000)

    for base in BASES:
        answer = await mail_server.post(f"{base}/bounces/", content=raw, headers={"content-type": "message/rfc822"})

        assert (answer.status_code, answer.content) == (200, b"")
        assert tuple(await outcome(back)) == failed(REASON, disabled=True)


@pytest.mark.parametrize("status", ["5.4.4", "4.4.7"])
async def test_a_soft_bounce_is_recorded(
    back: Site, project: ProjectRecord, mail_server: httpx.AsyncClient, status: str
) -> None:
    notification = await a_sent_notification(back, project)

    await mail_server.post("/api/v3/bounces/", content=returned(return_address(back, notification.uuid), status))

    assert tuple(await outcome(back)) == failed(REASON.replace("5.1.1", status))


async def test_what_needs_no_answer_is_answered_the_same(
    back: Site, project: ProjectRecord, mail_server: httpx.AsyncClient
) -> None:
    notification = await a_sent_notification(back, project)
    address = return_address(back, notification.uuid)
    for raw in (
        b"",
        b"\xff\xfe",
        returned("job@example.org"),
        returned(f"n.{notification.uuid}.{'0' * 24}@bounces.example.org"),
        returned(return_address(back, new_uuid())),
        f"To: {address}\r\n\r\nI am on holiday.".encode(),
        returned(address, padding=2_700_000),
    ):
        answer = await mail_server.post("/api/v3/bounces/", content=raw)

        assert (answer.status_code, answer.content) == (200, b"")
        assert tuple(await outcome(back)) == SILENT


async def test_only_a_post_hands_in(mail_server: httpx.AsyncClient) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS"):
        answer = await mail_server.request(method, "/api/v3/bounces/")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    forgotten = await mail_server.post("/api/v3/bounces")
    assert (forgotten.status_code, forgotten.headers["location"]) == (301, "/api/v3/bounces/")
