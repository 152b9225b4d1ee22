"""What is due is claimed once, by whoever comes first, and ordered with all that is needed to run it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.models.tables import locations, monitor_locations, monitors, templates
from app.pipeline import due
from app.pipeline.due import BUILT_IN_QUEUE, RUN, claim, next_look, order_runs, queue_of, release_leases
from app.rules.due_times import BEGIN_SECONDS, LEASE_MARGIN_SECONDS
from app.runs.messages import unpack_orders
from app.runs.plan import RunOrder
from app.store import monitor_places
from app.store.monitors import MonitorRecord
from tests.conftest import MovedClock
from tests.world import World


async def times(world: World, monitor: MonitorRecord) -> tuple[Any, ...]:
    [place] = await world.places_of(monitor)
    return (place.due_at, place.look_at, place.lease)


def orders(world: World) -> list[RunOrder]:
    return [order for message in world.sent for order in unpack_orders(world.site.vault, str(message.arguments[0]))]


async def test_a_claim_takes_what_is_due_for_as_long_as_it_may_take(world: World, clock: MovedClock) -> None:
    quick = await world.monitor("quick", timeout=5)
    slow = await world.monitor("slow", timeout=40, interval=300)
    due_at = clock.now
    clock.move(seconds=2)
    later = await world.monitor("later")
    clock.move(seconds=-1)

    found = await claim(world.site)

    assert [(each.monitor_id, each.due_at, each.lease) for each in found] == [
        (quick.id, due_at, 1),
        (slow.id, due_at, 1),
    ]
    assert await times(world, quick) == (due_at, clock.now + timedelta(seconds=5 + LEASE_MARGIN_SECONDS), 1)
    assert await times(world, slow) == (due_at, clock.now + timedelta(seconds=40 + LEASE_MARGIN_SECONDS), 1)
    assert (await times(world, later))[2] == 0


async def test_what_is_claimed_is_not_claimed_again_before_its_lease_ends(world: World, clock: MovedClock) -> None:
    monitor = await world.monitor(timeout=5)
    due_at = clock.now
    await claim(world.site)

    clock.move(seconds=5 + LEASE_MARGIN_SECONDS, microseconds=-1)
    before = await claim(world.site)
    clock.move(microseconds=1)
    after = await claim(world.site)

    assert before == []
    assert [(each.monitor_id, each.due_at, each.lease) for each in after] == [(monitor.id, due_at, 2)]


async def test_the_longest_waiting_come_first(world: World, clock: MovedClock) -> None:
    made = []
    for seconds in (30, 10, 20):
        made.append(monitor := await world.monitor(f"after {seconds}"))
        await _due_in(world, monitor, seconds)
    clock.move(minutes=1)

    first = await claim(world.site, limit=2)
    second = await claim(world.site, limit=2)

    assert [each.monitor_id for each in first] == [made[1].id, made[2].id]
    assert [each.monitor_id for each in second] == [made[0].id]


async def _due_in(world: World, monitor: MonitorRecord, seconds: int) -> None:
    at = world.now + timedelta(seconds=seconds)
    own = monitor_locations.c.watchable_id == monitor.id
    async with world.site.database.transaction() as unit:
        await unit.execute(update(monitor_locations).where(own).values(due_at=at, look_at=at))


async def test_what_is_paused_is_left_alone(world: World, clock: MovedClock) -> None:
    await world.monitor("never", paused=True)
    stopped = await world.monitor("no more")
    async with world.site.database.transaction() as unit:
        await monitor_places.stop(unit, [stopped.id])
    clock.move(days=1)

    assert await claim(world.site) == []
    assert await next_look(world.site) is None


async def test_only_one_of_the_places_that_one_machine_serves_is_run(world: World) -> None:
    monitor = await world.monitor(places=3)

    [run] = await claim(world.site)

    assert run.location_id == (await world.places_of(monitor))[0].location_id


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_that_claim_at_once_share_what_is_due(world: World) -> None:
    made = [await world.monitor(f"monitor {number}") for number in range(6)]

    async with world.site.database.transaction() as unit:
        first = select(monitor_locations.c.watchable_id).order_by(monitor_locations.c.watchable_id).limit(4)
        held = [row.watchable_id for row in await unit.rows(first.with_for_update())]
        others = await claim(world.site)

    assert held == [monitor.id for monitor in made[:4]]
    assert [each.monitor_id for each in others] == [monitor.id for monitor in made[4:]]


async def test_the_claim_is_one_statement_that_finds_its_rows_by_the_index(world: World) -> None:
    database = world.site.database
    raw = due._raw_claim(database.is_sqlite)
    given = {"now": world.now, "batch": 200}
    async with database.driver() as driver:
        if database.is_sqlite:
            plan = await driver.execute_fetchall(f"EXPLAIN QUERY PLAN {raw.text}", raw.named(given))
        else:
            # An empty table is always quicker to read as a whole.
            async with driver.transaction():
                await driver.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
                plan = await driver.fetch(f"EXPLAIN {raw.text}", *raw.ordered(given))
    steps = "\n".join(str(row[-1]) for row in plan)

    assert "ix_monitor_locations_look_at" in steps
    assert not [step for step in steps.split("\n") if step.startswith("SCAN monitor") or "Seq Scan" in step]
    assert "TEMP B-TREE" not in steps


async def test_the_next_look_is_at_the_first_due_instant_or_end_of_a_lease(world: World, clock: MovedClock) -> None:
    assert await next_look(world.site) is None
    monitor = await world.monitor(timeout=5)

    assert await next_look(world.site) == clock.now
    await claim(world.site)

    assert await next_look(world.site) == clock.now + timedelta(seconds=5 + LEASE_MARGIN_SECONDS)
    assert (await times(world, monitor))[1] == await next_look(world.site)


async def test_the_order_tells_the_worker_all_that_it_needs(world: World, clock: MovedClock) -> None:
    shop = await world.monitor("shop", timeout=5, interval=300)
    blog = await world.monitor("blog")

    assert await order_runs(world.site) == 2

    [message] = world.sent
    assert (message.actor, message.queue, message.max_age) == (RUN, BUILT_IN_QUEUE, 60)
    assert [(order.claim.monitor_id, order.claim.lease, order.begin_before) for order in orders(world)] == [
        (shop.id, 1, clock.now + timedelta(seconds=BEGIN_SECONDS)),
        (blog.id, 1, clock.now + timedelta(seconds=BEGIN_SECONDS)),
    ]
    assert [(order.plan.monitor_name, order.plan.timeout, len(order.plan.steps)) for order in orders(world)] == [
        ("shop", 5.0, 1),
        ("blog", 40.0, 1),
    ]


async def test_nothing_is_sent_when_nothing_is_due(world: World) -> None:
    assert await order_runs(world.site) == 0
    assert world.sent == []


async def test_a_monitor_whose_secrets_do_not_open_holds_up_no_other(
    world: World, clock: MovedClock, caplog: pytest.LogCaptureFixture
) -> None:
    made = [await world.monitor(f"monitor {number}") for number in range(5)]
    broken = templates.c.watchable_id == made[3].id
    async with world.site.database.transaction() as unit:
        await unit.execute(update(templates).where(broken).values(headers_encrypted="s3cr3t"))

    assert await order_runs(world.site) == 5

    assert [order.claim.monitor_id for order in orders(world)] == [
        monitor.id for monitor in made if monitor is not made[3]
    ]
    assert caplog.text.count(f"Monitor {made[3].id} cannot be run") == 1
    assert "s3cr3t" not in caplog.text
    clock.move(seconds=40 + LEASE_MARGIN_SECONDS)
    assert made[3].id in {each.monitor_id for each in await claim(world.site)}


async def test_a_batch_that_is_too_large_leaves_in_several_messages(world: World, monkeypatch) -> None:
    monkeypatch.setattr("app.runs.messages.MAX_MESSAGE_BYTES", 1000)
    for number in range(4):
        await world.monitor(f"monitor {number}")

    await order_runs(world.site)

    assert len(world.sent) > 1
    assert len(orders(world)) == 4


async def test_a_process_that_is_alone_takes_back_what_an_earlier_one_had_claimed(
    world: World, clock: MovedClock
) -> None:
    monitor = await world.monitor()
    waiting = await world.monitor("waiting")
    paused = await world.monitor("paused", paused=True)
    due_at = clock.now
    await _due_in(world, waiting, 100)
    await claim(world.site)

    await release_leases(world.site)

    assert await times(world, monitor) == (due_at, due_at, 1)
    assert (await times(world, waiting))[:2] == (due_at + timedelta(seconds=100),) * 2
    assert (await times(world, paused))[:2] == (None, None)
    assert [each.lease for each in await claim(world.site)] == [2]


def test_a_location_with_an_agent_of_its_own_has_a_queue_of_its_own() -> None:
    assert queue_of(7, {7: "eu-west"}) == "probes.eu-west"
    assert queue_of(8, {7: "eu-west"}) == BUILT_IN_QUEUE == "probes.built-in"


async def test_no_location_has_the_queue_of_the_built_in_workers(world: World) -> None:
    codes = await world.site.database.rows(select(locations.c.code))

    assert BUILT_IN_QUEUE not in {f"probes.{code}" for (code,) in codes}


async def test_a_monitor_that_was_deleted_is_not_ordered(world: World, monkeypatch) -> None:
    monitor = await world.monitor()
    honest = due.claim

    async def claim_and_lose(site, *, limit):
        found = await honest(site, limit=limit)
        async with site.database.transaction() as unit:
            await unit.execute(monitors.delete().where(monitors.c.watchable_id == monitor.id))
        return found

    monkeypatch.setattr(due, "claim", claim_and_lose)

    assert await order_runs(world.site) == 1
    assert world.sent == []
