"""Room for runs: the young make room for others in time, and no project has it all."""

import asyncio

import pytest

from workers import run_slots
from workers.run_slots import RunSlots


async def test_a_run_that_takes_its_time_makes_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_slots, "YOUNG_SECONDS", 0.01)
    slots = RunSlots(at_once=1, in_all=10)

    async with asyncio.timeout(20):
        taken = [await slots.take(project_id) for project_id in (1, 2, 3)]

    assert all(taken)


async def test_a_young_run_makes_no_room_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_slots, "YOUNG_SECONDS", 600)
    slots = RunSlots(at_once=1, in_all=10)
    first = await slots.take(1)
    assert first

    waiting = asyncio.create_task(slots.take(2))
    await asyncio.sleep(0)
    assert not waiting.done()
    first.free()

    async with asyncio.timeout(20):
        assert await waiting


async def test_one_project_has_at_most_half_and_all_together_no_more_than_all() -> None:
    slots = RunSlots(at_once=100, in_all=4)

    one = [await slots.take(1) for _ in range(3)]
    others = [await slots.take(project_id) for project_id in (2, 3, 4)]
    assert list(map(bool, one)) == [True, True, False]
    assert list(map(bool, others)) == [True, True, False]

    assert one[0]
    one[0].free()
    assert await slots.take(4)
