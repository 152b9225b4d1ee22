"""Pings by mail, spoken over real connections (specs/healthchecks.md section 13)."""

import pytest

from app.ids import new_uuid
from app.mail_in.listener import MOST_RECIPIENTS
from app.models import Project
from app.rules.states import PingKind, WatchState
from app.store import checks as check_store
from app.store.checks import CheckRecord
from tests.app.mail_in.conftest import DOMAIN, Post, said
from tests.app.web.pings.ping_client import make_key
from tests.world import World

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what no database has a say in."""

UUID = "5a4e6b8c-1f2d-4c3b-9a8e-7d6c5b4a3f2e"
KEY = "k" * 22
MAIL = b"From: job@example.org\r\nSubject: All =?utf-8?q?done_=C5=BE?=\r\n\r\n.dots\r\n..and more\r\n\r\n\xff\xfe\r\n"


async def test_a_mail_is_recorded_as_it_came(post: Post, check: CheckRecord) -> None:
    answer = await post.send(f"{check.uuid}@{DOMAIN}", content=MAIL)

    assert said(answer) == "250 OK"
    [row] = await post.rows()
    assert (row.number, row.kind, row.at) == (1, PingKind.SUCCESS, post.world.now)
    assert (row.scheme, row.method, row.remote_address) == ("email", "", "127.0.0.1")
    assert (row.user_agent, row.body) == ("Email from job@example.org", MAIL)
    assert (row.run_key, row.exit_status) == (None, None)
    assert (await post.world.stored(check)).state is WatchState.UP


@pytest.mark.parametrize("form", ["{uuid}@{domain}", "{uuid}@PING.example.ORG", "{key}+{slug}@{domain}"])
async def test_a_check_is_named_by_uuid_or_by_key_and_slug(post: Post, check: CheckRecord, key: str, form: str) -> None:
    address = form.format(uuid=check.uuid, key=key, slug=check.slug, domain=DOMAIN)

    assert said(await post.send(address)) == "250 OK"

    assert [row.watchable_id for row in await post.rows()] == [check.id]


@on_one_database
@pytest.mark.parametrize(
    "address",
    [f"{{uuid}}@{domain}" for domain in ("example.org", f"x.{DOMAIN}", "localhost", "[127.0.0.1]")],
)
async def test_another_domain_is_rejected(post: Post, check: CheckRecord, address: str) -> None:
    assert await post.rcpt(address.format(uuid=check.uuid)) == "550 5.1.1 Recipient rejected"


@on_one_database
@pytest.mark.parametrize(
    "local",
    [
        "root", "5a4e6b8c", UUID.replace("-", ""), f"{UUID}0", f"{KEY}", f"{KEY}+", f"{KEY}+Job", f"{KEY}+a+b",
        f"{KEY[1:]}+job", f"{KEY}k+job", f"{KEY}+{'x' * 101}", f"n.{UUID}.{'0' * 24}",
    ],
)  # fmt: skip
async def test_no_mailbox_is_refused(post: Post, local: str) -> None:
    assert await post.rcpt(f"{local}@{DOMAIN}") == "550 5.1.1 Invalid mailbox"


async def test_what_is_unknown_is_taken_and_dropped(post: Post, check: CheckRecord, key: str) -> None:
    for address in (new_uuid(), f"{key}+unknown", f"{'k' * 22}+{check.slug}"):
        assert said(await post.send(f"{address}@{DOMAIN}")) == "250 OK"
    assert await post.rows() == []
    assert await check_store.count(post.world.site.database, post.world.project_id) == 1


async def test_an_ambiguous_slug_records_nothing(post: Post, key: str) -> None:
    await post.world.check("twin")
    await post.world.check("twin")

    assert said(await post.send(f"{key}+twin@{DOMAIN}")) == "250 OK"

    assert await post.rows() == []


async def test_a_key_opens_its_own_project_alone(post: Post, world: World, key: str) -> None:
    async with world.site.database.transaction() as unit:
        other = Project(name="Other", created_at=world.now)
        await unit.add(other)
        assert other.id is not None
        await check_store.add(unit, check_store.new_check(other.id, "theirs", "theirs", world.now))

    await post.send(f"{key}+theirs@{DOMAIN}")

    assert await post.rows() == []


@on_one_database
@pytest.mark.parametrize(("allowed", "count"), [("127.0.0.0/8", 1), ("192.0.2.0/24", 0)])
async def test_a_key_is_bound_to_its_addresses(post: Post, check: CheckRecord, allowed: str, count: int) -> None:
    key = await make_key(post.world, allow_ip=allowed)

    assert said(await post.send(f"{key}+{check.slug}@{DOMAIN}")) == "250 OK"

    assert len(await post.rows()) == count


async def test_several_recipients_are_several_pings(post: Post, check: CheckRecord, key: str) -> None:
    other = await post.world.check("other", pinged=False)
    boxes = (check.uuid, f"{key}+{other.slug}", new_uuid())

    answer = await post.send(*(f"{box}@{DOMAIN}" for box in boxes), content=MAIL)

    assert said(answer) == "250 OK"
    assert [(row.watchable_id, row.body) for row in await post.rows()] == [(check.id, MAIL), (other.id, MAIL)]


@on_one_database
async def test_several_mails_come_by_one_connection(post: Post, check: CheckRecord) -> None:
    client = await post.client()
    for number in range(3):
        await client.sendmail(f"job{number}@example.org", [f"{check.uuid}@{DOMAIN}"], b"Subject: x\r\n\r\n")
    assert [row.user_agent for row in await post.rows()] == [
        f"Email from job{number}@example.org" for number in range(3)
    ]


@on_one_database
@pytest.mark.parametrize(
    ("filters", "mail", "kind"),
    [
        ({}, b"Subject: ERROR\r\n\r\nfatal", PingKind.SUCCESS),
        ({"filter_http_body": True, "filter_default_fail": True}, b"Subject: x\r\n\r\nERROR", PingKind.SUCCESS),
        ({"methods": "POST"}, b"Subject: x\r\n\r\n", PingKind.SUCCESS),
        ({"filter_subject": True}, b"Subject: an ERROR, not ok\r\n\r\n", PingKind.FAIL),
        ({"filter_subject": True}, b"Subject: =?utf-8?b?b2s=?=\r\n\r\nERROR", PingKind.SUCCESS),
        ({"filter_subject": True}, b"Subject: begin\r\n\r\nERROR ok", PingKind.START),
        ({"filter_subject": True}, b"Subject: x\r\n\r\nERROR ok", PingKind.IGNORED),
        ({"filter_subject": True, "filter_default_fail": True}, b"\r\n\r\n", PingKind.FAIL),
        ({"filter_body": True}, b"Subject: ERROR\r\n\r\nok", PingKind.SUCCESS),
        ({"filter_body": True}, b"Content-Type: text/html\r\n\r\nERR<b>OR</b>", PingKind.FAIL),
        ({"filter_body": True}, b"Subject: x\r\n\r\n" + b"x" * 20_000 + b"\r\nok", PingKind.SUCCESS),
        ({"filter_subject": True, "filter_body": True}, b"Subject: ok\r\n\r\nERROR", PingKind.FAIL),
        ({"filter_subject": True, "filter_body": True}, b"Subject: begin\r\n\r\nok", PingKind.SUCCESS),
    ],
)
async def test_filters_decide_what_a_mail_counts_as(
    post: Post, filters: dict[str, bool], mail: bytes, kind: PingKind
) -> None:
    words = {"start_keywords": "begin", "success_keywords": "ok", "failure_keywords": "ERROR,fatal"}
    check = await post.world.check(pinged=False, **words, **filters)

    assert said(await post.send(f"{check.uuid}@{DOMAIN}", content=mail)) == "250 OK"

    assert [row.kind for row in await post.rows()] == [kind]


async def test_a_paused_check_that_is_resumed_by_hand_ignores_a_mail(post: Post) -> None:
    check = await post.world.check(paused=True, state=WatchState.NEW, manual_resume=True)

    await post.send(f"{check.uuid}@{DOMAIN}")

    assert [row.kind for row in await post.rows()] == [PingKind.IGNORED]


@on_one_database
@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        ("", "Email from <>"),
        ("a" * 300 + "@example.org", ("Email from " + "a" * 300)[:200]),
        ('"a b"@example.org', 'Email from "a b"@example.org'),
    ],
)
async def test_the_sender_is_named(post: Post, check: CheckRecord, sender: str, shown: str) -> None:
    await post.send(f"{check.uuid}@{DOMAIN}", sender=sender)

    [row] = await post.rows()
    assert row.user_agent == shown


@on_one_database
async def test_senders_beyond_ascii_are_named_leniently(post: Post, check: CheckRecord) -> None:
    client = await post.client()
    for sender in ("žluťák@example.org".encode(), b"a\xff@example.org"):
        answer = await client.execute_command(b"MAIL", b"FROM:<" + sender + b">", b"SMTPUTF8")
        assert answer.code == 250, answer
        await client.rcpt(f"{check.uuid}@{DOMAIN}")
        await client.data(b"Subject: x\r\n\r\n")

    assert [row.user_agent for row in await post.rows()] == [
        "Email from žluťák@example.org",
        "Email from a?@example.org",
    ]


@on_one_database
@pytest.mark.parametrize("size", [9_998, 9_999, 10_000, 100_000])
async def test_the_first_bytes_of_a_mail_are_kept(post: Post, check: CheckRecord, size: int) -> None:
    content = b"x" * size + b"\r\n"

    await post.send(f"{check.uuid}@{DOMAIN}", content=content)

    [row] = await post.rows()
    assert row.body == content[:10_000]


@on_one_database
async def test_a_mail_has_so_many_recipients(post: Post) -> None:
    client = await post.client()
    await client.mail("job@example.org")
    addresses = [f"TO:<{new_uuid()}@{DOMAIN}>".encode() for _ in range(MOST_RECIPIENTS + 1)]

    answers = [said(await client.execute_command(b"RCPT", address)) for address in addresses]

    assert answers == ["250 OK"] * MOST_RECIPIENTS + ["452 4.5.3 Too many recipients"]


async def test_a_site_that_stops_asks_to_come_again(post: Post, check: CheckRecord) -> None:
    client = await post.client()
    await client.mail("job@example.org")
    await client.rcpt(f"{check.uuid}@{DOMAIN}")
    await post.ingest.close()

    with pytest.raises(Exception, match="451") as refused:
        await client.data(b"Subject: x\r\n\r\n")

    assert "4.3.0 Unavailable, try again later" in str(refused.value)
    assert await post.rows() == []
    # and the conversation can go on
    assert (await client.mail("job@example.org")).code == 250
