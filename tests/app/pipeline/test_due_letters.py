"""Letters are owed when their time has come, once, and only to those who want them (section 11)."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, update

from app.db.outbox import Message
from app.models import LetterKind
from app.models.tables import checks, users, watchables
from app.pipeline.due_letters import KEPT, SEND, write_nags, write_reports
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.rules.states import WatchState
from app.site import Site
from app.store import projects
from app.store.users import UserRecord
from tests.conftest import START, MovedClock
from tests.graphql_api.test_statements import counted
from tests.world import World, make_world

DAILY, WEEKLY = ReportRhythm.DAILY, ReportRhythm.WEEKLY
HOURLY = NagRhythm.HOURLY
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def world(site: Site) -> World:
    """A world with a mail server."""
    mailing = site.settings.model_copy(update={"smtp_url": SecretStr("smtp://127.0.0.1:1")})
    return await make_world(replace(site, settings=mailing))


async def next_report_at(world: World, user: UserRecord) -> datetime | None:
    return (await world.stored_user(user.id)).next_report_at


async def next_nag_at(world: World, user: UserRecord) -> datetime | None:
    return (await world.stored_user(user.id)).next_nag_at


async def set_state(world: World, state: WatchState) -> None:
    async with world.site.database.transaction() as unit:
        await unit.execute(update(watchables).values(state=state, state_since=world.now))


async def test_a_new_user_gets_a_time_and_no_report(world: World, clock: MovedClock) -> None:
    await world.check()
    user = await world.user(report_rhythm=WEEKLY, timezone="Europe/Riga")

    assert await write_reports(world.site) == 1
    assert await write_reports(world.site) == 0

    at = await next_report_at(world, user)
    assert at is not None
    assert datetime(2026, 3, 2, 7, tzinfo=UTC) <= at < datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert await world.letters() == []


async def test_a_report_is_owed_when_its_time_has_come_and_the_next_is_set(world: World, clock: MovedClock) -> None:
    await world.check()
    user = await world.user(report_rhythm=DAILY)
    await write_reports(world.site)
    due_at = await next_report_at(world, user)
    assert due_at is not None
    clock.now = due_at - timedelta(microseconds=1)
    assert await write_reports(world.site) == 0
    clock.now = due_at

    assert await write_reports(world.site) == 1

    [letter] = await world.letters()
    assert (letter.user_id, letter.kind, letter.due_at, letter.created_at) == (
        user.id, LetterKind.REPORT, due_at, clock.now,
    )  # fmt: skip
    assert world.sent == [Message(SEND, (letter.uuid,))]
    following = await next_report_at(world, user)
    assert following is not None
    assert following.date() == due_at.date() + DAY


async def test_reports_that_were_missed_are_made_good_by_one(world: World, clock: MovedClock) -> None:
    await world.check()
    user = await world.user(report_rhythm=DAILY)
    await write_reports(world.site)
    clock.move(days=7)

    while await write_reports(world.site):
        pass

    assert len(await world.letters()) == 1
    at = await next_report_at(world, user)
    assert at is not None
    assert at.date() == clock.now.date() + DAY


async def test_nothing_is_reported_of_checks_that_got_no_ping_for_six_months(world: World, clock: MovedClock) -> None:
    check = await world.check()
    user = await world.user(report_rhythm=DAILY, next_report_at=clock.now)
    clock.move(days=180, seconds=1)

    assert await write_reports(world.site) == 1

    assert await world.letters() == []
    at = await next_report_at(world, user)
    assert at is not None
    async with world.site.database.transaction() as unit:
        await unit.execute(update(checks).where(checks.c.watchable_id == check.id).values(last_ping_at=clock.now))
    clock.now = at
    await write_reports(world.site)
    assert len(await world.letters()) == 1


@pytest.mark.parametrize(("days", "letters"), [(180, 1), (181, 0)])
async def test_runs_of_monitors_count_as_pings_do(world: World, clock: MovedClock, days: int, letters: int) -> None:
    await world.monitor(last_run_at=clock.now)
    await world.user(report_rhythm=DAILY, next_report_at=clock.now)
    clock.move(days=days)

    assert await write_reports(world.site) == 1

    assert len(await world.letters()) == letters


async def test_pings_of_other_peoples_projects_do_not_count(world: World, clock: MovedClock) -> None:
    await world.check()
    async with world.site.database.transaction() as unit:
        other = await projects.add(unit, projects.Project(name="Other", created_at=clock.now))
    await replace_project(world, other.id).user(report_rhythm=DAILY, next_report_at=clock.now)

    assert await write_reports(world.site) == 1

    assert await world.letters() == []


def replace_project(world: World, project_id: int) -> World:
    return World(world.site, project_id, world.contact)


async def test_who_wants_no_letters_is_never_looked_at(world: World) -> None:
    await world.check(state=WatchState.DOWN)
    await world.user(report_rhythm=ReportRhythm.OFF)

    assert await write_reports(world.site) == 0
    assert await write_nags(world.site) == 0


async def test_schedulers_at_once_owe_each_user_one_letter(world: World, clock: MovedClock) -> None:
    await world.check(state=WatchState.DOWN)
    for number in range(6):
        due = {"next_report_at": clock.now, "next_nag_at": clock.now, "nag_rhythm": HOURLY}
        await world.user(f"{number}@example.org", report_rhythm=DAILY, **due)

    await asyncio.gather(*(write(world.site) for _ in range(3) for write in (write_reports, write_nags)))
    for write in (write_reports, write_nags):
        await write(world.site)

    owed = [(row.user_id, row.kind) for row in await world.letters()]
    assert len(owed) == len(set(owed)) == 12


async def test_a_batch_is_bounded_and_the_next_goes_on(world: World, clock: MovedClock) -> None:
    await world.check()
    for number in range(5):
        await world.user(f"{number}@example.org", report_rhythm=DAILY, next_report_at=clock.now)

    assert [await write_reports(world.site, limit=2) for _ in range(4)] == [2, 2, 1, 0]


async def test_without_a_mail_server_times_move_on_and_nothing_is_owed(site: Site, clock: MovedClock) -> None:
    world = await make_world(site)
    await world.check(state=WatchState.DOWN)
    user = await world.user(report_rhythm=DAILY, next_report_at=clock.now, nag_rhythm=HOURLY, next_nag_at=clock.now)

    assert await write_reports(site) == await write_nags(site) == 1

    assert await world.letters() == []
    assert world.sent == []
    at = await next_report_at(world, user)
    assert at is not None
    assert at > clock.now
    assert await next_nag_at(world, user) == clock.now + HOUR


async def test_a_nag_follows_an_hour_after_something_went_down_and_every_hour_then(
    world: World, clock: MovedClock
) -> None:
    await world.check(state=WatchState.DOWN)
    user = await world.user(nag_rhythm=HOURLY)

    assert await write_nags(world.site) == 1
    assert await next_nag_at(world, user) == clock.now + HOUR
    assert await world.letters() == []

    for count in (1, 2):
        due_at = clock.move(hours=1)
        assert await write_nags(world.site) == 1
        assert await write_nags(world.site) == 0
        found = await world.letters()
        assert len(found) == count
        assert (found[-1].kind, found[-1].user_id, found[-1].due_at) == (LetterKind.NAG, user.id, due_at)
        assert await next_nag_at(world, user) == due_at + HOUR


@pytest.mark.parametrize("state", [WatchState.UP, WatchState.NEW])
async def test_the_nag_is_off_once_all_is_up_or_paused(world: World, clock: MovedClock, state: WatchState) -> None:
    await world.check(state=WatchState.DOWN)
    user = await world.user(nag_rhythm=HOURLY)
    await write_nags(world.site)
    clock.move(minutes=59)
    await set_state(world, state)

    assert await write_nags(world.site) == 1

    assert await next_nag_at(world, user) is None
    clock.move(minutes=2)
    assert await write_nags(world.site) == 0
    await set_state(world, WatchState.DOWN)
    await write_nags(world.site)
    assert await next_nag_at(world, user) == clock.now + HOUR
    assert await world.letters() == []


async def test_what_is_down_in_projects_of_others_is_no_concern(world: World, clock: MovedClock) -> None:
    await world.check(state=WatchState.DOWN)
    async with world.site.database.transaction() as unit:
        other = await projects.add(unit, projects.Project(name="Other", created_at=clock.now))
    await replace_project(world, other.id).user(nag_rhythm=HOURLY)

    assert await write_nags(world.site) == 0


async def test_letters_of_long_ago_are_forgotten(world: World, clock: MovedClock) -> None:
    await world.check(state=WatchState.DOWN)
    await world.user(nag_rhythm=HOURLY, next_nag_at=clock.now)
    await write_nags(world.site)
    clock.now += KEPT + HOUR

    await write_nags(world.site)

    [letter] = await world.letters()
    assert letter.created_at == clock.now


@pytest.mark.parametrize("write", [write_reports, write_nags], ids=["reports", "nags"])
async def test_an_idle_step_is_one_statement_and_a_batch_five(world: World, clock: MovedClock, write) -> None:
    await world.check(state=WatchState.DOWN)
    for number in range(3):
        due = {"next_report_at": clock.now, "next_nag_at": clock.now, "nag_rhythm": HOURLY}
        await world.user(f"{number}@example.org", **due)

    with counted(world.site) as statements:
        await write(world.site)
    assert len([each for each in statements if "BEGIN" not in each]) == 5, statements
    with counted(world.site) as statements:
        await write(world.site)
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("write", "index"), [(write_reports, "ix_users_next_report_at"), (write_nags, "ix_users_next_nag_at")]
)
async def test_the_idle_statement_reads_the_index_of_those_who_want_letters(world: World, write, index: str) -> None:
    async with world.site.database.transaction() as unit:
        rows = [
            {"uuid": str(number), "email": f"{number}@example.org", "password_hash": "", "created_at": world.now,
             "name": "", "timezone": "UTC", "report_rhythm": ReportRhythm.OFF, "nag_rhythm": NagRhythm.OFF}
            for number in range(2000)
        ]  # fmt: skip
        await unit.execute(insert(users).values(rows[:500]))
        await unit.session.execute(insert(users), rows[500:])
    with counted(world.site) as statements:
        await write(world.site)

    assert index in await plan(world, statements[0])


async def plan(world: World, statement: str) -> str:
    async with world.site.database.engine.connect() as connection:
        if world.site.database.is_sqlite:
            found = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (0,) * statement.count("?"))
        else:
            await connection.exec_driver_sql("ANALYZE users")
            found = await connection.exec_driver_sql(f"EXPLAIN {statement}", _instants_and_limit(statement))
        return "\n".join(str(tuple(row)) for row in found)


def _instants_and_limit(statement: str) -> tuple[object, ...]:
    return (START,) * (statement.count("$") - 1) + (1,)
