"""Room for runs: the young make room for others in time, and no project has it all."""

import asyncio

import pytest

from workers import run_slots
from workers.run_slots import RunSlots, Slot


async def turn() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def taken(slots: RunSlots, project_id: int) -> Slot:
    async with asyncio.timeout(20):
        return await slots.take(project_id)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs grow old at the next turn of the loop."""
    monkeypatch.setattr(run_slots, "YOUNG_SECONDS", 0.001)


@pytest.mark.usefixtures("at_once")
async def test_runs_that_take_their_time_make_room_for_others() -> None:
    slots = RunSlots(young=1, old=10)
    for project_id in (1, 2, 3):
        await taken(slots, project_id)


async def test_a_young_run_makes_no_room_until_it_ends() -> None:
    slots = RunSlots(young=1, old=10)
    first = await taken(slots, 1)

    second = asyncio.create_task(slots.take(2))
    await turn()
    assert not second.done()
    first.free()

    async with asyncio.timeout(20):
        (await second).free()


@pytest.mark.usefixtures("at_once")
async def test_without_room_among_the_old_a_run_stays_young_until_there_is() -> None:
    slots = RunSlots(young=1, old=1)
    first = await taken(slots, 1)
    await taken(slots, 2)

    third = asyncio.create_task(slots.take(3))
    first.free()

    async with asyncio.timeout(20):
        await third


async def test_one_project_has_two_thirds_of_the_room_at_most() -> None:
    slots = RunSlots(young=3, old=0)
    own = [await taken(slots, 1), await taken(slots, 1)]

    third = asyncio.create_task(slots.take(1))
    await turn()
    assert (slots.is_too_much(1), slots.is_too_much(2), third.done()) == (True, False, False)
    await taken(slots, 2)
    own[0].free()

    async with asyncio.timeout(20):
        await third


async def test_whoever_gives_up_waiting_takes_no_room() -> None:
    slots = RunSlots(young=1, old=0)
    first = await taken(slots, 1)
    given_up = asyncio.create_task(slots.take(2))
    await turn()

    given_up.cancel()
    first.free()
    await asyncio.gather(given_up, return_exceptions=True)

    assert await taken(slots, 3)
