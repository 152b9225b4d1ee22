"""From the moment that a letter is due to the mail in its reader's box, over both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit

import dramatiq
import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from app.models import NotificationState
from app.pipeline.due_letters import write_nags, write_reports
from app.pipeline.letters import LETTERS
from app.pipeline.owed import sweep
from app.pipeline.watch import take_down_late
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.rules.states import WatchState
from app.settings import Settings
from app.site import Site
from app.web.unsubscribe import unsubscribe_routes
from tests.conftest import MovedClock
from tests.workers.conftest import eventually, running
from tests.workers.servers import Mailbox
from tests.world import World
from workers.broker import make_broker

PENDING, SENT, FAILED = NotificationState.PENDING, NotificationState.SENT, NotificationState.FAILED


@pytest.fixture
def memory() -> dramatiq.Broker:
    return make_broker("memory://")


async def attempted(world: World, letters: int) -> None:
    """Wait until so many letters had their attempt."""

    async def done() -> bool:
        rows = await world.letters()
        return len(rows) == letters and all(row.state is not PENDING or row.error for row in rows)

    await eventually(done)


def mails(mailbox: Mailbox) -> list[EmailMessage]:
    return [message_from_bytes(envelope.content, policy=default) for envelope in mailbox.envelopes]


def plain(mail: EmailMessage) -> str:
    found = mail.get_body(("plain",))
    assert found is not None
    return str(found.get_content())


async def test_a_weekly_report_and_a_nag_arrive_with_the_right_figures(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    """Given a check that is down while the clock is changed, when Monday comes, its reader is told for how long."""
    clock.now = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    await world.check("backup", period=3600, grace=1800)
    await world.check("always fine", period=999_999)
    await world.user(report_rhythm=ReportRhythm.WEEKLY, nag_rhythm=NagRhythm.HOURLY, timezone="Europe/Riga")
    await write_reports(world.site)

    async with running(world, memory):
        clock.move(hours=2)
        await take_down_late(world.site)
        await write_nags(world.site)
        clock.move(hours=1)
        await write_nags(world.site)
        await attempted(world, 1)
        clock.now = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
        await write_reports(world.site)
        await attempted(world, 2)

    nag, report = mails(mailbox)
    assert [row.state for row in await world.letters()] == [SENT, SENT]
    assert [mail["To"] for mail in (nag, report)] == ["ann@example.org"] * 2
    assert nag["Subject"] == "Reminder: 1 check still down"
    assert "- backup, Ship: down for 1 hour 30 minutes, since 2026-03-28 23:30:00 UTC" in plain(nag)
    assert "fine" not in plain(nag)
    assert report["Subject"] == "Weekly report: 23 March to 29 March 2026"
    # The Sunday in Riga ends at 21:00 UTC: 21 hours and a half after the deadline.
    assert plain(report).splitlines()[3:9] == [
        "- backup (DOWN now), Ship",
        "  23 March to 29 March 2026: 1 downtime, 21 hours 30 minutes",
        "  16 March to 22 March 2026: all good",
        "- always fine, Ship",
        "  23 March to 29 March 2026: all good",
        "  16 March to 22 March 2026: all good",
    ]


async def test_the_link_in_a_letter_stops_letters_of_its_kind_alone(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    await world.check(state=WatchState.DOWN)
    due = {"next_report_at": clock.now, "next_nag_at": clock.now}
    user = await world.user(report_rhythm=ReportRhythm.DAILY, nag_rhythm=NagRhythm.DAILY, **due)
    async with running(world, memory):
        await write_reports(world.site)
        await attempted(world, 1)

    [report] = mails(mailbox)
    assert report["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert report["Auto-Submitted"] == "auto-generated"
    link = urlsplit(report["List-Unsubscribe"].strip("<>")).path
    transport = httpx.ASGITransport(app=Starlette(routes=unsubscribe_routes(world.site)))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        assert "No more reports by mail?" in (await client.get(link)).text
        assert (await world.stored_user(user.id)).report_rhythm is ReportRhythm.DAILY
        for wrong in (link.replace("/reports/", "/nags/"), link.replace("/reports/", "/"), link[:-1] + "x"):
            assert (await client.post(wrong)).status_code == 404
        answer = await client.post(link, data={"List-Unsubscribe": "One-Click"})

    assert "gets no more reports" in answer.text
    now = await world.stored_user(user.id)
    assert (now.report_rhythm, now.next_report_at, now.nag_rhythm) == (ReportRhythm.OFF, None, NagRhythm.DAILY)


async def test_a_letter_sent_twice_after_a_crash_is_shown_once(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    await world.check(state=WatchState.DOWN)
    await world.user(nag_rhythm=NagRhythm.HOURLY, next_nag_at=clock.now)
    async with running(world, memory):
        await write_nags(world.site)
        await attempted(world, 1)
        async with world.site.database.transaction() as unit:
            await unit.execute(LETTERS.table.update().values(state=PENDING, sent_at=None))
        clock.move(hours=1)
        await sweep(world.site, LETTERS)
        await attempted(world, 1)

    first, second = mails(mailbox)
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_refused_reader_gets_no_more_letters(
    world: World, clock: MovedClock, mailbox: Mailbox, memory: dramatiq.Broker
) -> None:
    mailbox.refusal = "550 5.1.1 No such user"
    await world.check(state=WatchState.DOWN)
    user = await world.user(nag_rhythm=NagRhythm.HOURLY, next_nag_at=clock.now)

    async with running(world, memory):
        await write_nags(world.site)
        await attempted(world, 1)

    [letter] = await world.letters()
    assert letter.state is FAILED
    assert "No such user" in letter.error
    assert (await world.stored_user(user.id)).nag_rhythm is NagRhythm.OFF


class TestWithoutAMailServer:
    """A worker that lost its mail server: what is owed by then fails, with the reason."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"smtp_url": SecretStr("")})

    async def test_a_letter_fails_with_the_reason_and_is_tried_again_as_alerts_are(
        self, site: Site, world: World, clock: MovedClock, memory: dramatiq.Broker
    ) -> None:
        await world.check(state=WatchState.DOWN)
        await world.user(nag_rhythm=NagRhythm.HOURLY, next_nag_at=clock.now)
        with_server = site.settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:1")})
        async with running(world, memory):
            await write_nags(replace(site, settings=with_server))
            await attempted(world, 1)

        [letter] = await world.letters()
        assert (letter.state, letter.attempt) == (PENDING, 1)
        assert letter.error == "No mail server is set (HELIOGRAPH_SMTP_URL)"
        assert letter.next_attempt_at > clock.now + timedelta(seconds=59)
