"""Turns go round among owners."""

import asyncio

import pytest

from app.scripting.turns import Turns


async def take(turns: Turns, owner: str, order: list[str], name: str) -> None:
    async with turns.turn(owner):
        order.append(name)
        await asyncio.sleep(0)


async def test_who_queues_many_delays_another_by_one():
    turns, order = Turns(), []

    async with asyncio.TaskGroup() as group, turns.turn("holder"):
        for number in range(4):
            group.create_task(take(turns, "many", order, f"many {number}"))
        group.create_task(take(turns, "one", order, "one"))
        await asyncio.sleep(0)

    assert order == ["many 0", "one", "many 1", "many 2", "many 3"]
    assert turns.wanted == 0


async def test_one_owner_is_served_in_the_order_of_asking():
    turns, order = Turns(), []

    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(take(turns, "one", order, str(number)))

    assert order == ["0", "1", "2", "3"]


async def test_who_gives_up_waiting_is_passed_over():
    turns, order = Turns(), []

    async with turns.turn("holder"):
        waiting = [asyncio.create_task(take(turns, "one", order, str(number))) for number in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
    await waiting[1]

    assert order == ["1"]
    assert waiting[0].cancelled()
    assert turns.wanted == 0


async def test_a_turn_given_to_who_is_just_cancelled_goes_on_to_the_next():
    turns, order = Turns(), []
    async with turns.turn("holder"):
        given = asyncio.create_task(take(turns, "one", order, "given"))
        after = asyncio.create_task(take(turns, "two", order, "after"))
        await asyncio.sleep(0)

    given.cancel()  # its future is set, it has not run yet

    await after
    with pytest.raises(asyncio.CancelledError):
        await given
    assert order == ["after"]
    assert turns.wanted == 0
