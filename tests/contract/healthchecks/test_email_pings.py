"""Pings by mail, as clients of the API see them (section 13)."""

import socket
from collections.abc import AsyncIterator
from dataclasses import replace

import aiosmtplib
import httpx
import pytest

from app.mail_in.listener import mail_listener
from app.pipeline.ingest import Ingest
from app.site import Site

DOMAIN = "ping.example.org"
MAIL = b"Subject: Nightly: failed\r\n\r\nThe disk is full.\r\n"


@pytest.fixture
async def port(site: Site) -> AsyncIterator[int]:
    """The port of a listener."""
    own = replace(site, settings=site.settings.model_copy(update={"ping_email_domain": DOMAIN}))
    ingest = Ingest(own)
    listener = socket.create_server(("127.0.0.1", 0))
    async with mail_listener(own, ingest, listener):
        yield listener.getsockname()[1]
        await ingest.close()


async def mailed(port: int, recipient: str, content: bytes = MAIL) -> str:
    """Send a mail and return the answer."""
    _, answer = await aiosmtplib.send(
        content, sender="job@example.org", recipients=[f"{recipient}@{DOMAIN}"], hostname="127.0.0.1", port=port
    )
    return answer


async def made(writer: httpx.AsyncClient, **settings: object) -> dict:
    answer = await writer.post("/api/v3/checks/", json={"name": "Nightly", "slug": "nightly", **settings})
    assert answer.status_code == 201
    return answer.json()


async def test_a_mail_is_listed_with_its_own_scheme(writer: httpx.AsyncClient, port: int, ping_key: str) -> None:
    check = await made(writer)

    for recipient in (check["uuid"], f"{ping_key}+nightly"):
        assert await mailed(port, recipient) == "OK"

    newest, oldest = (await writer.get(f"/api/v3/checks/{check['uuid']}/pings/")).json()["pings"]
    assert (oldest["n"], newest["n"]) == (1, 2)
    for ping in (newest, oldest):
        assert (ping["type"], ping["scheme"], ping["method"]) == ("success", "email", "")
        assert (ping["remote_addr"], ping["ua"], ping["rid"]) == ("127.0.0.1", "Email from job@example.org", None)
        assert (await writer.get(ping["body_url"])).content == MAIL
    assert (await writer.get(f"/api/v3/checks/{check['uuid']}")).json()["status"] == "up"


@pytest.mark.parametrize(
    ("wanted", "kind", "status"),
    [
        ({"failure_kw": "failed", "filter_subject": True}, "fail", "down"),
        ({"failure_kw": "disk", "filter_body": True}, "fail", "down"),
        ({"success_kw": "Nightly", "failure_kw": "disk", "filter_subject": True}, "success", "up"),
        ({"success_kw": "Nightly", "failure_kw": "disk", "filter_subject": True, "filter_body": True}, "fail", "down"),
        ({"start_kw": "Nightly", "filter_subject": True}, "start", "new"),
        ({"success_kw": "done", "filter_subject": True}, "ign", "new"),
        ({"success_kw": "done", "filter_subject": True, "filter_default_fail": True}, "fail", "down"),
        ({"failure_kw": "failed", "filter_http_body": True, "filter_default_fail": True}, "success", "up"),
        ({"subject": "done", "subject_fail": "failed"}, "fail", "down"),
        ({"methods": "POST"}, "success", "up"),
    ],
)
async def test_what_a_mail_counts_as(
    writer: httpx.AsyncClient, port: int, wanted: dict, kind: str, status: str
) -> None:
    check = await made(writer, **wanted)

    await mailed(port, check["uuid"])

    [ping] = (await writer.get(f"/api/v3/checks/{check['uuid']}/pings/")).json()["pings"]
    assert ping["type"] == kind
    assert (await writer.get(f"/api/v3/checks/{check['uuid']}")).json()["status"] == status


async def test_the_filters_of_mails_do_not_apply_to_requests(writer: httpx.AsyncClient) -> None:
    check = await made(writer, failure_kw="failed", filter_subject=True, filter_body=True, filter_default_fail=True)

    await writer.post(f"/ping/{check['uuid']}", content=MAIL)

    [ping] = (await writer.get(f"/api/v3/checks/{check['uuid']}/pings/")).json()["pings"]
    assert ping["type"] == "success"
