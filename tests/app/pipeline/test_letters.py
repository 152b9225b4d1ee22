"""What a letter says, how few statements that takes, and what becomes of letters that are of no use (section 11)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from app.channels.email.letters import Nag, Report
from app.db.unit_of_work import UnitOfWork
from app.ids import new_uuid
from app.models import LetterKind, NotificationState
from app.models.tables import flips, letters, users, watchables
from app.pipeline import letter_facts
from app.pipeline.letters import LETTERS, NOTHING_TO_SAY, UNWANTED, ClaimedLetter, claim, record_failure, record_success
from app.pipeline.owed import LEASE, PATIENCE, sweep
from app.rules.downtime import Downtime
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.rules.states import FlipReason, WatchState
from app.store.checks import CheckRecord
from app.store.monitors import MonitorRecord
from app.store.users import UserRecord
from tests.conftest import MovedClock
from tests.graphql_api.test_statements import counted
from tests.world import World

NEW, UP, DOWN = WatchState.NEW, WatchState.UP, WatchState.DOWN
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
"""The report of this Monday tells of the weeks from 2 March and from 23 February."""


async def flipped(world: World, check: CheckRecord | MonitorRecord, *steps: tuple[datetime, WatchState]) -> None:
    """Store changes of state, the first of them from UP, and the state that they end in."""
    before = UP
    async with world.site.database.transaction() as unit:
        for at, state in steps:
            await unit.execute(insert(flips).values(_flip(check.id, at, before, state)))
            before = state
        await _hold(unit, check.id, steps[-1][1], steps[-1][0])


def _flip(watchable_id: int, at: datetime, before: WatchState, state: WatchState) -> dict[str, object]:
    return {
        "uuid": new_uuid(), "watchable_id": watchable_id, "at": at,
        "from_state": before, "to_state": state, "reason": FlipReason.NONE,
    }  # fmt: skip


async def _hold(unit: UnitOfWork, watchable_id: int, state: WatchState, since: datetime) -> None:
    held = update(watchables).where(watchables.c.id == watchable_id)
    await unit.execute(held.values(state=state, state_since=since))


async def owed(world: World, user: UserRecord, kind: LetterKind) -> str:
    uuid = new_uuid()
    row = {
        "uuid": uuid,
        "user_id": user.id,
        "kind": kind,
        "state": NotificationState.PENDING,
        "attempt": 0,
        "error": "",
    }
    now = dict.fromkeys(("due_at", "next_attempt_at", "created_at"), world.now)
    async with world.site.database.transaction() as unit:
        await unit.execute(insert(letters).values(row | now))
    return uuid


async def claimed(world: World, user: UserRecord, kind: LetterKind) -> ClaimedLetter:
    found = await claim(world.site, await owed(world, user, kind), 0)
    assert found is not None
    return found


def lines(report: Report) -> list[tuple[str, bool, Downtime, Downtime]]:
    return [(each.name, each.is_down, each.newer, each.older) for each in report.watched]


async def test_a_report_lists_every_check_the_worst_first(world: World, clock: MovedClock) -> None:
    clock.now = datetime(2026, 2, 1, tzinfo=UTC)
    names = ("fine", "short", "long", "before", "still", "paused")
    made = {name: await world.check(name) for name in names}
    user = await world.user(report_rhythm=ReportRhythm.WEEKLY)
    tuesday = datetime(2026, 3, 3, tzinfo=UTC)
    await flipped(world, made["short"], (tuesday, DOWN), (tuesday + HOUR, UP))
    await flipped(world, made["long"], *((tuesday + HOUR * hour, (DOWN, UP)[hour % 2]) for hour in range(10)))
    await flipped(world, made["before"], (tuesday - HOUR * 50, DOWN), (tuesday - HOUR * 40, UP))
    await flipped(world, made["still"], (MONDAY - HOUR, DOWN))
    await flipped(world, made["paused"], (tuesday, DOWN), (tuesday + MINUTE, NEW))
    clock.now = MONDAY

    report = (await claimed(world, user, LetterKind.REPORT)).content

    assert isinstance(report, Report)
    assert [str(span.first) for span in report.spans] == ["2026-03-02", "2026-02-23"]
    assert (report.hidden, report.is_partial) == (0, False)
    none = Downtime()
    assert lines(report) == [
        ("long", False, Downtime(5 * HOUR, 5), none),
        ("short", False, Downtime(HOUR, 1), none),
        ("paused", False, Downtime(MINUTE, 1), none),
        ("before", False, none, Downtime(10 * HOUR, 1)),
        ("still", True, none, none),
        ("fine", False, none, none),
    ]


async def test_what_was_down_all_the_time_needs_no_flip(world: World, clock: MovedClock) -> None:
    clock.now = datetime(2026, 1, 1, tzinfo=UTC)
    check = await world.check("old")
    await flipped(world, check, (clock.now, DOWN))
    user = await world.user(report_rhythm=ReportRhythm.WEEKLY)
    clock.now = MONDAY

    report = await letter_facts.report(world.site.database, user, MONDAY)

    week = Downtime(timedelta(days=7), 1)
    assert report is not None
    assert lines(report) == [("old", True, week, week)]


async def test_a_report_of_a_thousand_checks_takes_five_statements_and_names_a_hundred(
    world: World, clock: MovedClock
) -> None:
    user = await world.user(report_rhythm=ReportRhythm.WEEKLY)
    clock.now = MONDAY
    tuesday = datetime(2026, 3, 3, tzinfo=UTC)
    async with world.site.database.transaction() as unit:
        rows = [
            {"id": number, "uuid": new_uuid(), "project_id": world.project_id, "kind": "CHECK", "name": f"{number:04}",
             "slug": "", "tags": "", "state": UP, "state_since": tuesday, "paused": False, "created_at": tuesday}
            for number in range(1, 1001)
        ]  # fmt: skip
        await unit.session.execute(insert(watchables), rows)
        changes = [
            _flip(number, tuesday + offset, before, state)
            for number in range(1, 1001)
            for offset, before, state in ((timedelta(), UP, DOWN), (MINUTE * number, DOWN, UP))
        ]
        await unit.session.execute(insert(flips), changes)
    uuid = await owed(world, user, LetterKind.REPORT)

    with counted(world.site) as statements:
        found = await claim(world.site, uuid, 0)
        assert found is not None
        await record_success(world.site, found.claim)

    assert len([each for each in statements if not each.startswith("BEGIN")]) == 5, statements
    assert isinstance(found.content, Report)
    assert [each.name for each in found.content.watched] == [f"{number:04}" for number in range(1000, 900, -1)]
    assert found.content.watched[0].newer == Downtime(MINUTE * 1000, 1)
    assert found.content.hidden == 900


async def test_a_report_that_cannot_count_everything_says_so(
    world: World, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = await world.check()
    user = await world.user(report_rhythm=ReportRhythm.DAILY)
    steps = [(clock.now + MINUTE * number, (DOWN, UP)[number % 2]) for number in range(12)]
    await flipped(world, check, *steps)
    clock.move(days=1)
    monkeypatch.setattr(letter_facts, "MOST_FLIPS", 4)

    report = await letter_facts.report(world.site.database, user, clock.now)

    assert report is not None
    assert report.is_partial
    assert report.watched[0].newer == Downtime(2 * MINUTE, 2)


async def test_a_nag_names_what_is_down_the_longest_first_in_four_statements(world: World, clock: MovedClock) -> None:
    for number in range(102):
        check = await world.check(f"check-{number:03}")
        if number != 101:
            await flipped(world, check, (clock.now - MINUTE * number, DOWN))
    user = await world.user(nag_rhythm=NagRhythm.HOURLY)
    uuid = await owed(world, user, LetterKind.NAG)

    with counted(world.site) as statements:
        found = await claim(world.site, uuid, 0)
        assert found is not None
        await record_success(world.site, found.claim)

    assert len([each for each in statements if not each.startswith("BEGIN")]) == 4, statements
    nag = found.content
    assert isinstance(nag, Nag)
    assert (len(nag.down), nag.hidden) == (100, 1)
    assert (nag.down[0].name, nag.down[0].project, nag.down[0].since) == (
        "check-100", "Ship", clock.now - MINUTE * 100,
    )  # fmt: skip


async def test_monitors_are_told_of_as_checks_are(world: World, clock: MovedClock) -> None:
    clock.now = datetime(2026, 2, 1, tzinfo=UTC)
    check, monitor = await world.check("backup"), await world.monitor("shop")
    await flipped(world, check, (MONDAY - 4 * HOUR, DOWN))
    await flipped(world, monitor, (MONDAY - 4 * DAY, DOWN), (MONDAY - 4 * DAY + HOUR, UP), (MONDAY - 2 * HOUR, DOWN))
    user = await world.user(report_rhythm=ReportRhythm.WEEKLY, nag_rhythm=NagRhythm.HOURLY)
    clock.now = MONDAY

    nag, report = (
        (await claimed(world, user, LetterKind.NAG)).content,
        await letter_facts.report(world.site.database, user, MONDAY),
    )

    assert isinstance(nag, Nag)
    assert ([each.name for each in nag.down], nag.monitors) == (["backup", "shop"], 1)
    assert report is not None
    assert lines(report) == [
        ("shop", True, Downtime(HOUR, 1), Downtime()),
        ("backup", True, Downtime(), Downtime()),
    ]


@pytest.mark.parametrize("kind", LetterKind)
async def test_a_letter_that_has_nothing_to_tell_is_not_sent(world: World, kind: LetterKind) -> None:
    user = await world.user(nag_rhythm=NagRhythm.DAILY)

    assert await claim(world.site, await owed(world, user, kind), 0) is None

    [letter] = await world.letters()
    assert (letter.state, letter.error) == (NotificationState.FAILED, NOTHING_TO_SAY)


@pytest.mark.parametrize("kind", LetterKind)
async def test_a_letter_that_is_not_wanted_any_more_is_not_sent(world: World, kind: LetterKind) -> None:
    await world.check(state=DOWN)
    user = await world.user(report_rhythm=ReportRhythm.OFF)

    assert await claim(world.site, await owed(world, user, kind), 0) is None

    [letter] = await world.letters()
    assert (letter.state, letter.error) == (NotificationState.FAILED, UNWANTED)


async def test_letters_live_as_notifications_do(world: World, clock: MovedClock) -> None:
    await world.check(state=DOWN)
    user = await world.user(nag_rhythm=NagRhythm.HOURLY)
    first = await claimed(world, user, LetterKind.NAG)
    assert await claim(world.site, first.claim.uuid, 0) is None

    await record_failure(world.site, first, "Connection failed", permanent=False)
    clock.move(hours=1)
    assert await sweep(world.site, LETTERS) == [first.claim.uuid]
    second = await claim(world.site, first.claim.uuid, 1)
    clock.now += LEASE + PATIENCE
    assert await sweep(world.site, LETTERS) == [first.claim.uuid]
    third = await claim(world.site, first.claim.uuid, 2)
    assert second is not None
    assert third is not None
    await record_success(world.site, third.claim)

    [letter] = await world.letters()
    assert (letter.state, letter.attempt, letter.sent_at, letter.error) == (
        NotificationState.SENT, 3, clock.now, "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        (LetterKind.REPORT, (ReportRhythm.OFF, NagRhythm.HOURLY)),
        (LetterKind.NAG, (ReportRhythm.MONTHLY, NagRhythm.OFF)),
    ],
)
async def test_a_refusal_for_good_ends_letters_of_the_kind(
    world: World, kind: LetterKind, left: tuple[ReportRhythm, NagRhythm]
) -> None:
    await world.check(state=DOWN)
    user = await world.user(nag_rhythm=NagRhythm.HOURLY)
    found = await claimed(world, user, kind)

    await record_failure(world.site, found, "The mail server answered 550 No such user", permanent=True)

    now = await world.stored_user(user.id)
    assert (now.report_rhythm, now.nag_rhythm) == left


async def test_a_user_who_is_gone_takes_the_letters_along(world: World) -> None:
    user = await world.user(nag_rhythm=NagRhythm.HOURLY)
    uuid = await owed(world, user, LetterKind.NAG)
    async with world.site.database.transaction() as unit:
        await unit.execute(users.delete())

    assert await claim(world.site, uuid, 0) is None
    assert await world.letters() == []
