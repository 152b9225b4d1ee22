"""Scripts that mean harm are stopped, told why, and hurt nobody else."""

import asyncio
import re

import pytest

from app.scripting.process import ScriptError
from app.scripting.session import ScriptPool
from tests.app.scripting.conftest import opened
from tests.app.scripting.hostile import HOSTILE


async def message_of(pool: ScriptPool, script: str) -> str:
    async with opened(pool, owner="hostile") as session:
        with pytest.raises(ScriptError) as told:
            await session.pre(script)
    return str(told.value)


async def test_fifty_hostile_scripts_at_once_fail_each_with_its_message_and_a_good_one_among_them_succeeds(pool):
    assert len(HOSTILE) >= 50

    async with opened(pool, owner="good") as good:
        await good.pre("let greeting = 'hello'; function shout(word) { return word.toUpperCase() + '!' }")
        async with asyncio.TaskGroup() as all_at_once:
            messages = {
                name: all_at_once.create_task(message_of(pool, script)) for name, (script, _) in HOSTILE.items()
            }
            await asyncio.sleep(0)
            queued = all_at_once.create_task(good.post("assert.equal(shout(greeting), 'HELLO!'); greeting = 'bye'"))
        await queued
        await good.validate("assert.equal(shout(greeting), 'BYE!')")

    wrong = {
        name: messages[name].result()
        for name, (_, expected) in HOSTILE.items()
        if not re.search(expected, messages[name].result())
    }
    assert wrong == {}
