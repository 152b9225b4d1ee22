"""Concurrent pings share commits, keep their order, and one that cannot be stored falls out alone."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from app.errors import Unavailable
from app.models import NotificationState
from app.models.tables import checks, pings, projects
from app.pipeline import alerting
from app.pipeline.ingest import Ingest, Receipt, group_commit
from app.pipeline.ingest.batch import Overgrown, Written
from app.pipeline.ingest.signal import NamedSignal
from app.rules.states import FlipReason, PingKind, ScheduleKind, WatchState
from app.store.checks import CheckRecord
from tests.app.pipeline.ingest.conftest import MakeSignal
from tests.conftest import MovedClock
from tests.world import World


async def rows_of(world: World, check: CheckRecord) -> Sequence[Any]:
    statement = select(pings).where(pings.c.watchable_id == check.id).order_by(pings.c.number)
    return await world.site.database.rows(statement)


class CountingWriter:
    """Counts the transactions that the real writer is asked for, and can be made to wait before each."""

    def __init__(self, ingest: Ingest) -> None:
        self.real = ingest._writer
        self.sizes: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.refuses_to_prune = False
        ingest._writer = self

    async def write(self, signals: Sequence[NamedSignal], overgrown: Sequence[Overgrown]) -> Written:
        await self.gate.wait()
        self.sizes.append(len(signals))
        if overgrown and self.refuses_to_prune:
            raise RuntimeError("no pruning")
        return await self.real.write(signals, overgrown)

    async def close(self) -> None:
        await self.real.close()


async def test_a_ping_is_stored_whole(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given
    check = await world.check(pinged=False)
    # when
    receipt = await ingest.submit(
        signal(
            uuid=check.uuid,
            kind=PingKind.LOG,
            method="POST",
            scheme="https",
            exit_status=0,
            run_key="0b5c7d1e-3a4f-4f43-8b57-0123456789ab",
            remote_address="2001:db8::7",
            user_agent="curl/8",
            body=b"\x00\xff all of it",
        )
    )
    # then
    assert receipt is Receipt.OK
    (row,) = await rows_of(world, check)
    assert row == (
        check.id, 1, PingKind.LOG, world.now, "0b5c7d1e-3a4f-4f43-8b57-0123456789ab", 0,
        "https", "POST", "2001:db8::7", "curl/8", b"\x00\xff all of it",
    )  # fmt: skip


async def test_the_check_moves_on(world: World, ingest: Ingest, signal: MakeSignal, clock: MovedClock) -> None:
    # given
    check = await world.check(pinged=False)
    await ingest.submit(signal(uuid=check.uuid, kind=PingKind.START, run_key="r"))
    started = clock.now
    # when
    clock.move(seconds=2)
    await ingest.submit(signal(uuid=check.uuid, run_key="r"))
    # then
    stored = await world.stored(check)
    assert (stored.state, stored.state_since, stored.ping_count) == (WatchState.UP, clock.now, 2)
    assert (stored.last_ping_at, stored.last_run_us) == (clock.now, 2_000_000)
    assert (stored.last_start_at, stored.last_start_run_key) == (None, None)
    assert (stored.next_expected_at - clock.now).total_seconds() == check.period
    assert (stored.alert_after - clock.now).total_seconds() == check.period + check.grace
    assert started < clock.now


async def test_the_watcher_looks_no_later_than_at_the_deadline(
    world: World, ingest: Ingest, signal: MakeSignal, clock: MovedClock
) -> None:
    # given a check that is up
    check = await world.check()
    first = check.alert_after
    # when pings move its deadline later
    for _ in range(2):
        clock.move(seconds=40)
        await ingest.submit(signal(uuid=check.uuid))
    # then the watcher looks when it was about to, and
    stored = await world.stored(check)
    assert (stored.watch_at, stored.alert_after) == (first, clock.now + timedelta(seconds=90))
    # when a start brings the deadline forward
    await ingest.submit(signal(uuid=check.uuid, kind=PingKind.FAIL))
    await ingest.submit(signal(uuid=check.uuid))
    await ingest.submit(signal(uuid=check.uuid, kind=PingKind.START))
    # then the watcher looks sooner too
    stored = await world.stored(check)
    assert stored.watch_at == stored.alert_after == clock.now + timedelta(seconds=30)


async def test_concurrent_pings_share_commits_and_number_without_gaps(
    world: World, ingest: Ingest, signal: MakeSignal
) -> None:
    # given
    counted = CountingWriter(ingest)
    busy, quiet = await world.check("busy", pinged=False), await world.check("quiet", pinged=False)
    # when
    receipts = await asyncio.gather(
        *(ingest.submit(signal(uuid=(quiet if number % 10 == 0 else busy).uuid)) for number in range(1_200))
    )
    # then
    assert set(receipts) == {Receipt.OK}
    assert [row.number for row in await rows_of(world, busy)][-1] == 1_080
    assert sum(counted.sizes) == 1_200
    assert max(counted.sizes) == group_commit.BATCH_SIGNALS
    assert len(counted.sizes) <= 10
    assert (await world.stored(quiet)).ping_count == 120


async def test_what_queues_during_a_commit_is_the_next_batch(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given a first batch that is held up
    counted = CountingWriter(ingest)
    counted.gate.clear()
    check = await world.check(pinged=False)
    first = asyncio.create_task(ingest.submit(signal(uuid=check.uuid, body=b"0")))
    await asyncio.sleep(0.01)
    # when thirty more arrive meanwhile
    later = [asyncio.create_task(ingest.submit(signal(uuid=check.uuid, body=b"%d" % n))) for n in range(1, 31)]
    await asyncio.sleep(0.01)
    # then none is answered before its commit, and two commits do it all, in order
    assert not first.done()
    assert not any(task.done() for task in later)
    counted.gate.set()
    await asyncio.gather(first, *later)
    assert counted.sizes == [1, 30]
    assert [row.body for row in await rows_of(world, check)] == [b"%d" % n for n in range(31)]


async def test_a_bad_row_falls_out_alone(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given a text that neither database can store, amid others
    check = await world.check(pinged=False)
    signals = [signal(uuid=check.uuid, user_agent="\ud800" if number == 17 else str(number)) for number in range(40)]
    # when
    outcomes = await asyncio.gather(*map(ingest.submit, signals), return_exceptions=True)
    # then
    assert isinstance(outcomes[17], UnicodeEncodeError | Exception)
    assert [outcome for n, outcome in enumerate(outcomes) if n != 17] == [Receipt.OK] * 39
    rows = await rows_of(world, check)
    assert [row.number for row in rows] == list(range(1, 40))
    assert [row.user_agent for row in rows] == [str(number) for number in range(40) if number != 17]
    assert (await world.stored(check)).ping_count == 39


async def test_a_check_whose_schedule_cannot_be_computed_harms_no_other(
    world: World, ingest: Ingest, signal: MakeSignal
) -> None:
    # given
    broken, sound = await world.check("broken", pinged=False), await world.check("sound", pinged=False)
    async with world.site.database.transaction() as unit:
        bad = update(checks).where(checks.c.watchable_id == broken.id)
        await unit.execute(bad.values(schedule_kind=ScheduleKind.CRON, schedule="nonsense"))
    # when
    outcomes = await asyncio.gather(
        *(ingest.submit(signal(uuid=check.uuid)) for check in (sound, broken, sound)), return_exceptions=True
    )
    # then
    assert [outcomes[0], outcomes[2]] == [Receipt.OK, Receipt.OK]
    assert isinstance(outcomes[1], Exception)
    assert ((await world.stored(broken)).ping_count, (await world.stored(sound)).ping_count) == (0, 2)


async def test_an_unknown_uuid_is_not_found_and_records_nothing(
    world: World, ingest: Ingest, signal: MakeSignal
) -> None:
    # given
    check = await world.check(pinged=False)
    # when
    unknown, known = await asyncio.gather(
        ingest.submit(signal(uuid="11111111-1111-4111-8111-111111111111")), ingest.submit(signal(uuid=check.uuid))
    )
    # then
    assert (unknown, known) == (Receipt.NOT_FOUND, Receipt.OK)
    assert len(await world.site.database.rows(select(pings))) == 1


async def test_a_change_that_is_news_is_told_after_the_commit(
    world: World, ingest: Ingest, signal: MakeSignal, clock: MovedClock
) -> None:
    # given an UP check that two channels hear of
    channels = [await world.email("a@example.org"), await world.email("b@example.org")]
    check = await world.check()
    clock.move(seconds=5)
    # when it fails twice and comes back, all in one batch
    kinds = (PingKind.FAIL, PingKind.FAIL, PingKind.SUCCESS)
    await asyncio.gather(*(ingest.submit(signal(uuid=check.uuid, kind=kind)) for kind in kinds))
    # then
    down, up = await world.flips()
    assert (down.from_state, down.to_state, down.reason) == (WatchState.UP, WatchState.DOWN, FlipReason.FAIL)
    assert (up.from_state, up.to_state, up.at) == (WatchState.DOWN, WatchState.UP, clock.now)
    owed = await world.notifications()
    assert [(row.flip_id, row.channel_id) for row in owed] == [
        (flip.id, channel.id) for flip in (down, up) for channel in channels
    ]
    assert {row.state for row in owed} == {NotificationState.PENDING}
    assert [(message.actor, message.arguments) for message in world.sent] == [
        (alerting.DELIVER, (row.uuid,)) for row in owed
    ]


async def test_the_first_success_is_no_news(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given
    await world.email()
    check = await world.check(pinged=False)
    # when
    await ingest.submit(signal(uuid=check.uuid))
    # then
    assert len(await world.flips()) == 1
    assert await world.notifications() == []
    assert world.sent == []


async def test_a_broker_that_fails_costs_no_ping(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given
    await world.email()
    check = await world.check()

    def fail(_messages: object) -> None:
        raise ConnectionError

    world.site.database.deliver = fail
    # when
    first = await ingest.submit(signal(uuid=check.uuid, kind=PingKind.FAIL))
    second = await ingest.submit(signal(uuid=check.uuid))
    # then the rows are there for the sweep
    assert (first, second) == (Receipt.OK, Receipt.OK)
    assert len(await world.notifications()) == 2


async def test_a_client_that_goes_away_harms_nobody(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given
    counted = CountingWriter(ingest)
    counted.gate.clear()
    check = await world.check(pinged=False)
    tasks = [asyncio.create_task(ingest.submit(signal(uuid=check.uuid))) for _ in range(3)]
    await asyncio.sleep(0.01)
    # when
    tasks[1].cancel()
    counted.gate.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    # then what was received is recorded
    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert (outcomes[0], outcomes[2]) == (Receipt.OK, Receipt.OK)
    assert (await world.stored(check)).ping_count == 3


@pytest.mark.parametrize(
    ("limit", "value"), [("WAITING_SIGNALS", 3), ("WAITING_BYTES", 6)], ids=["too many", "too large"]
)
async def test_a_full_queue_refuses(
    world: World, ingest: Ingest, signal: MakeSignal, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    # given
    monkeypatch.setattr(group_commit, limit, value)
    check = await world.check(pinged=False)
    # when
    outcomes = await asyncio.gather(
        *(ingest.submit(signal(uuid=check.uuid, body=b"ab")) for _ in range(5)), return_exceptions=True
    )
    # then
    assert outcomes[:3] == [Receipt.OK] * 3
    assert all(isinstance(outcome, Unavailable) for outcome in outcomes[3:])
    assert await ingest.submit(signal(uuid=check.uuid, body=b"ab")) is Receipt.OK
    assert (await world.stored(check)).ping_count == 4


async def test_closing_records_what_waits_and_refuses_the_rest(world: World, signal: MakeSignal) -> None:
    # given
    ingest = Ingest(world.site)
    check = await world.check(pinged=False)
    waiting = [asyncio.create_task(ingest.submit(signal(uuid=check.uuid))) for _ in range(5)]
    await asyncio.sleep(0)
    # when
    await ingest.close()
    # then
    assert await asyncio.gather(*waiting) == [Receipt.OK] * 5
    with pytest.raises(Unavailable):
        await ingest.submit(signal(uuid=check.uuid))
    assert (await world.stored(check)).ping_count == 5


async def test_pings_beyond_the_limit_are_pruned(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given a project that keeps thirty pings of each check
    async with world.site.database.transaction() as unit:
        await unit.execute(update(projects).values(ping_limit=30))
    check = await world.check(pinged=False)
    # when
    await asyncio.gather(*(ingest.submit(signal(uuid=check.uuid)) for _ in range(200)))
    await ingest.close()
    # then
    assert [row.number for row in await rows_of(world, check)] == list(range(171, 201))
    assert (await world.stored(check)).ping_count == 200


async def test_a_pruning_that_fails_is_left_to_its_next_turn(
    world: World, ingest: Ingest, signal: MakeSignal, caplog: pytest.LogCaptureFixture
) -> None:
    # given a check to prune, and a database that refuses to
    async with world.site.database.transaction() as unit:
        await unit.execute(update(projects).values(ping_limit=30))
    check = await world.check(pinged=False)
    counted = CountingWriter(ingest)
    counted.refuses_to_prune = True
    # when the pruning is all that there is to write
    await asyncio.gather(*(ingest.submit(signal(uuid=check.uuid)) for _ in range(100)))
    await ingest.close()
    # then it is tried once, alone, and said
    assert counted.sizes[-1] == 0
    assert counted.sizes.count(0) == 1
    assert "the pruning waits for its next turn" in caplog.text
    assert len(await rows_of(world, check)) == 100


async def test_old_flips_go_with_their_notifications(
    world: World, ingest: Ingest, signal: MakeSignal, clock: MovedClock
) -> None:
    # given a told flip of long ago, one of last month, and pings of today alone
    await world.email()
    check = await world.check()
    await ingest.submit(signal(uuid=check.uuid, kind=PingKind.FAIL))
    clock.move(days=70)
    await ingest.submit(signal(uuid=check.uuid))
    clock.move(days=30)
    recent = (await world.flips())[1]
    # when
    await asyncio.gather(*(ingest.submit(signal(uuid=check.uuid)) for _ in range(197)))
    await ingest.close()
    # then
    assert [row.id for row in await world.flips()] == [recent.id]
    assert [row.flip_id for row in await world.notifications()] == [recent.id]


async def test_numbers_of_two_checks_are_apart(world: World, ingest: Ingest, signal: MakeSignal) -> None:
    # given
    several = [await world.check(f"c{number}", pinged=False) for number in range(5)]
    # when
    await asyncio.gather(*(ingest.submit(signal(uuid=check.uuid)) for _ in range(20) for check in several))
    # then
    for check in several:
        numbers = [row.number for row in await rows_of(world, check)]
        assert numbers[0] == 1
        assert all(later == earlier + 1 for earlier, later in pairwise(numbers))
