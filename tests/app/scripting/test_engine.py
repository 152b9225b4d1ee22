"""A run's engine outlives the child it lived in, and leaves no trace in another's."""

import asyncio
import os
import signal

import pytest
import uvloop

from app.errors import Unavailable
from app.rules.steps import StepRequest, StepResponse
from app.scripting import child, process
from app.scripting.process import ScriptError
from app.scripting.session import ScriptPool
from tests.app.scripting.conftest import REQUEST, opened
from tests.app.scripting.hostile import TIME

UNSEEN = "new Array(2 ** 32 - 1).join('x')"  # the engine does not notice: the child dies of it
STATE = """
    let count = 0; const seen = new Map([["a", () => ++count]]), chance = Math.random(), when = new Date();
    class Box { #hidden = 5; get open() { return this.#hidden } }
    const box = new Box(), pattern = /x/gi; seen.get("a")();
"""
SAME = """
    assert.equal(seen.get("a")(), 2); assert.equal(box.open, 5); assert.equal(chance, before.chance);
    assert.equal(when.getTime(), before.when); assert.ok(pattern.test("X"));
    assert.equal(context.response.body, "kept"); assert.equal(context.variables.kept, "kept");
"""


@pytest.fixture
async def one_child():
    pool = ScriptPool(1)
    yield pool
    await pool.close()


def living(pool: ScriptPool) -> list[process.Child]:
    return [slot._child for slot in pool._slots._slots if slot._child and slot._child.lives]


async def test_a_run_is_not_hurt_by_a_script_that_takes_its_child_down(one_child):
    async with opened(one_child, owner="victim") as victim, opened(one_child, owner="hostile") as hostile:
        await victim.pre(STATE)
        victim.answered(REQUEST, StepResponse(200, body="kept"))
        with pytest.raises(ScriptError):
            await victim.post("var before = { chance, when: when.getTime() }; nothing()")
        await victim.post("context.variables.kept = 'kept'")
        (first,) = living(one_child)

        with pytest.raises(ScriptError, match=TIME):
            await hostile.pre(UNSEEN)

        assert living(one_child) == []
        await victim.validate(SAME)
        assert living(one_child) != [first]


async def test_chance_goes_on_where_it_was_after_the_child_was_lost(one_child):
    async with opened(one_child) as session:
        await session.pre("var first = Math.random()")
        await session.post("var second = Math.random()")
        before = await session.filled(StepRequest("GET", "{{first}} {{second}}"))
        await living(one_child)[0].kill()

        after = await session.filled(StepRequest("GET", "{{first}} {{second}}"))

    assert after.href == before.href


async def test_engines_that_others_need_the_memory_of_are_made_again(one_child, monkeypatch):
    big = "let big = 'x'.repeat(20e6) + context.monitor.id, length = big.length"
    async with (
        opened(one_child) as one,
        opened(one_child) as two,
        opened(one_child) as three,
        opened(one_child) as four,
    ):
        for session in (one, two, three, four):
            await session.pre(big)
        for session in (four, one, two, three):
            await session.validate("assert.equal(length, 20000001); assert.equal(big.length, length)")

    assert len(living(one_child)) == 1


async def test_a_run_that_ends_leaves_no_engine(one_child):
    for _ in range(5):
        async with opened(one_child) as session:
            await session.pre("1")
    (alive,) = living(one_child)

    with pytest.raises(process.EngineLost):
        await alive.ask(child.Ask.NEXT, 1, b"{}", wall=60)


async def test_runs_that_wait_for_their_answers_hold_no_child(one_child):
    sessions = [opened(one_child, owner=str(number)) for number in range(40)]
    entered = [await session.__aenter__() for session in sessions]

    await asyncio.gather(*(session.pre(f"let mine = {number}") for number, session in enumerate(entered)))
    await asyncio.gather(*(s.validate(f"assert.equal(mine, {number})") for number, s in enumerate(entered)))

    for session in sessions:
        await session.__aexit__(None, None, None)
    assert len(living(one_child)) == 1


async def test_who_gives_up_in_the_middle_of_a_script_hurts_nobody(one_child):
    async with opened(one_child) as session, opened(one_child) as other:
        await session.pre("let kept = 1")
        running = asyncio.create_task(other.pre(UNSEEN))
        await asyncio.sleep(0.01)  # more or less: it must fail nowhere on its way
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

        await session.validate("assert.equal(kept, 1)")


async def test_a_child_that_was_killed_while_idle_is_replaced(one_child):
    async with opened(one_child) as session:
        await session.pre("let kept = 1")
        os.kill(living(one_child)[0]._process.pid, signal.SIGKILL)
        await living(one_child)[0]._process.wait()

        await session.validate("assert.equal(kept, 1)")


async def test_a_child_that_somebody_kills_at_work_is_not_the_scripts_fault(one_child):
    async with opened(one_child) as session:
        await session.pre("let kept = 1")
        (victim,) = living(one_child)
        os.kill(victim._process.pid, signal.SIGSTOP)
        running = asyncio.create_task(session.post("kept = 2"))
        await asyncio.sleep(0)
        os.kill(victim._process.pid, signal.SIGKILL)
        with pytest.raises(Unavailable, match="was killed"):
            await running

        await session.validate("assert.equal(kept, 1)")


async def test_a_child_that_stands_still_is_killed_and_its_script_told(one_child):
    async with opened(one_child) as session:
        await session.pre("let kept = 1")
        os.kill(living(one_child)[0]._process.pid, signal.SIGSTOP)
        with pytest.raises(ScriptError, match=r"^the script ran longer than 1 s$"):
            await session.post("kept = 2")

        await session.validate("assert.equal(kept, 1)")


async def test_an_engine_that_crashes_is_told_to_the_script(one_child):
    async with opened(one_child) as session:
        await session.pre("1")
        (victim,) = living(one_child)
        os.kill(victim._process.pid, signal.SIGSTOP)
        running = asyncio.create_task(session.post("1"))
        await asyncio.sleep(0)
        os.kill(victim._process.pid, signal.SIGSEGV)
        os.kill(victim._process.pid, signal.SIGCONT)
        with pytest.raises(ScriptError, match="crashed its JavaScript engine"):
            await running


async def test_a_server_without_engine_says_so(one_child, monkeypatch):
    monkeypatch.setattr("app.scripting.process.find_spec", lambda name: None)
    async with opened(one_child) as session:
        with pytest.raises(Unavailable, match="not installed"):
            await session.pre("1")


async def test_a_process_that_cannot_be_started_is_our_trouble(one_child, monkeypatch):
    monkeypatch.setattr("app.scripting.process.sys.executable", "/nowhere/python")
    async with opened(one_child) as session:
        with pytest.raises(Unavailable, match="could be started"):
            await session.pre("1")


async def test_nothing_runs_once_the_pool_is_closed(one_child):
    async with opened(one_child) as session:
        await session.pre("1")
        await one_child.close()
        with pytest.raises(Unavailable, match="stopping"):
            await session.post("1")


async def test_children_are_one_a_core_and_started_when_needed():
    pool = ScriptPool()

    assert len(pool._slots._slots) == os.cpu_count()
    assert living(pool) == []
    await pool.close()


def test_it_runs_on_uvloop_too():
    async def run() -> None:
        pool = ScriptPool(1)
        async with opened(pool) as session:
            await session.pre("let kept = 1")
            with pytest.raises(ScriptError):
                await session.post(UNSEEN)
            await session.validate("assert.equal(kept, 1)")
        await pool.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())
