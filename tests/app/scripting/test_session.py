"""What scripts of a run see, change and leave for each other (specs/apiscience.md section 9)."""

import asyncio
from dataclasses import replace

import pytest

from app.errors import InvalidInput, Unavailable
from app.rules.steps import StepRequest, StepResponse
from app.scripting.process import ScriptError
from app.scripting.session import RunFacts, TemplateFacts
from tests.app.scripting.conftest import FACTS, NOON, REQUEST, opened
from tests.app.scripting.hostile import MEMORY

RESPONSE = StepResponse(
    200,
    headers=(("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2")),
    body='{"id": 12, "name": "Zoë"}',
    statistics={"resolve": 1.5, "connect": 2, "total": 8.25, "downloadSize": 25},
)
NEXT = TemplateFacts(71, None)


async def read(session, *names: str) -> dict[str, str | None]:
    """What stands for these names now; None for those that are not known."""
    asked = replace(REQUEST, params=tuple((name, "{{" + name + "}}") for name in names))
    found = await session.filled(asked)
    return {name: None if value == "{{" + name + "}}" else value for name, value in found.params}


# --- the request


async def test_a_request_that_no_script_changes_stays_as_it_is(pool):
    async with opened(pool) as session:
        assert await session.pre("context.request.headers; var seen = context.request.href") == REQUEST


async def test_a_script_changes_every_part_of_its_request(pool):
    async with opened(pool) as session:
        request = await session.pre(
            "const r = context.request; r.method = 'PUT'; r.href += '?x'; r.headers['ACCEPT'] = 'image/png';"
            "r.headers['X-Many'] = ['1', 2]; delete r.headers.authorization; r.params.size = 3; r.body = { a: [1] }"
        )

    assert request == StepRequest(
        "PUT",
        "https://shop.example/login?x",
        headers=(("Accept", "image/png"), ("X-Many", "1"), ("X-Many", "2")),
        params=(("page", "1"), ("size", "3")),
        body='{"a":[1]}',
    )


async def test_a_script_gives_its_step_another_request(pool):
    async with opened(pool) as session:
        request = await session.pre("context.request = { method: 'GET', href: 'https://other.example' }")

    assert request == StepRequest("GET", "https://other.example")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("context.request.href = undefined", "TypeError: context.request.href must be a string"),
        ("context.request.method = 5", "TypeError: context.request.method must be a string"),
        ("context.request.headers = ['a']", "TypeError: context.request.headers must be an object"),
        ("context.request.params = 'a=b'", "TypeError: context.request.params must be an object"),
        ("context.request = null", "TypeError: context.request must be an object"),
    ],
)
async def test_a_request_of_a_wrong_shape_fails_the_script(pool, script, message):
    async with opened(pool) as session:
        with pytest.raises(ScriptError) as told:
            await session.pre(script)

    assert str(told.value) == message


# --- the response, and what was before


async def test_scripts_after_the_response_see_it(pool):
    async with opened(pool) as session:
        session.answered(REQUEST, RESPONSE)
        await session.post(
            """
            const { response } = context;
            assert.equal(response.statusCode, 200); assert.equal(response.status, 200);
            assert.equal(response.headers['content-TYPE'], 'application/json');
            assert.equal(response.headers['Set-Cookie'], 'a=1, b=2');
            assert.ok('SET-cookie' in response.headers);
            assert.deepEqual(Object.keys(response.headers), ['Content-Type', 'Set-Cookie']);
            assert.equal(response.contentType, 'application/json');
            assert.deepEqual(JSON.parse(response.body), { id: 12, name: 'Zoë' });
            assert.equal(response.statistics.total, 8.25); assert.equal(context.statistics.connect, 2);
            """
        )


async def test_the_first_step_has_nothing_before_it(pool):
    async with opened(pool) as session:
        await session.pre(
            "assert.isUndefined(context.response); assert.isUndefined(context.previous); "
            "assert.isUndefined(context.statistics); assert.lengthOf(context.history, 0);"
            "assert.deepEqual(context.monitor, { id: 7, name: 'Shop', location: 'Ireland' });"
            "assert.deepEqual(context.template, { id: 70, name: 'Log in' });"
            "assert.equal(context.variables.token, 't-1')"
        )


async def test_later_steps_see_the_ones_before(pool):
    async with opened(pool) as session:
        session.answered(REQUEST, RESPONSE)
        session.step(NEXT, REQUEST)
        session.answered(REQUEST, StepResponse(404))
        session.step(NEXT, REQUEST)
        await session.pre(
            "assert.equal(context.response.status, 404); assert.equal(context.previous.response.status, 404);"
            "assert.equal(context.previous.request.href, 'https://shop.example/login');"
            "assert.deepEqual(context.history.map((one) => one.response.status), [200, 404]);"
            "assert.isNull(context.template.name)"
        )


async def test_a_step_that_was_not_sent_is_no_previous_one(pool):
    async with opened(pool) as session:
        session.answered(REQUEST, RESPONSE)
        session.step(NEXT, REQUEST)
        session.step(NEXT, REQUEST)
        await session.pre("assert.equal(context.response.status, 200); assert.lengthOf(context.history, 1)")


async def test_a_step_without_an_answer_is_a_previous_one_without_response(pool):
    async with opened(pool) as session:
        session.answered(REQUEST, None)
        session.step(NEXT, REQUEST)
        await session.pre("assert.isNull(context.previous.response); assert.isNull(context.response)")


# --- what scripts leave for each other


async def test_globals_persist_from_script_to_script_of_a_run(pool):
    async with opened(pool) as session:
        await session.pre(
            "var a = 1; let b = 2; const c = { d: 3 }; e = 4; function f() { return b + 10 }"
            "class G { h() { return 5 } }"
        )
        await session.post("b = 20; c.d = 30; const [i, { j }] = [6, { j: 7 }]")
        await session.validate("assert.deepEqual([a, b, c.d, e, f(), new G().h(), i, j], [1, 20, 30, 4, 30, 5, 6, 7])")


async def test_each_script_may_declare_the_same_names_again(pool):
    async with opened(pool) as session:
        await session.pre("const body = 1; let more = () => body")
        await session.post("const body = 2")
        await session.validate("const body = 3; assert.equal(more(), 1)")
        await session.validate("assert.equal(body, 3)")


async def test_a_constant_stays_constant(pool):
    async with opened(pool) as session:
        await session.pre("const fixed = 1")
        with pytest.raises(ScriptError, match="TypeError"):
            await session.post("'use strict'; fixed = 2")
        await session.validate("assert.equal(fixed, 1)")


async def test_what_a_script_did_before_it_threw_stays(pool):
    async with opened(pool) as session:
        with pytest.raises(ScriptError, match=r"^ReferenceError: nothing is not defined \(line 2\)$"):
            await session.pre("let kept = 1; context.variables.also = 2;\nnothing();")
        assert await read(session, "kept", "also") == {"kept": "1", "also": "2"}


async def test_runs_share_nothing(pool):
    async with opened(pool) as one, opened(pool) as other:
        await one.pre("var mine = 1; Array.prototype.mine = 2; context.variables.token = 'changed'")
        await other.pre("assert.equal(typeof mine, 'undefined'); assert.isUndefined([].mine)")
        assert await read(other, "mine", "token") == {"mine": None, "token": "t-1"}


# --- names


async def test_names_are_looked_up_in_context_then_variables_then_globals_then_the_account(pool):
    async with opened(pool) as session:
        await session.pre(
            "context.a = 'context'; context.variables.a = context.variables.b = 'variables';"
            "var a = 'global', b = 'global', c = 'global'; let d = 'let'; const e = 'const'; f = 'assigned';"
            "delete context.variables.user; var user = { name: 'global' }"
        )
        assert await read(session, "a", "b", "c", "d", "e", "f", "token", "user.id") == {
            "a": "context",
            "b": "variables",
            "c": "global",
            "d": "let",
            "e": "const",
            "f": "assigned",
            "token": "t-1",
            "user.id": "5",
        }


async def test_what_scripts_made_goes_before_a_variable_of_the_account_that_none_has_set(pool):
    async with opened(pool) as session:
        await session.pre("var token = 'made'; var user = { id: 9 }")
        assert await read(session, "token", "user.id", "user.roles.1") == {
            "token": "made",
            "user.id": "9",
            "user.roles.1": "b",
        }
        await session.pre("context.variables.token = 'set'")
        assert await read(session, "token") == {"token": "set"}


@pytest.mark.parametrize("name", ["request", "response", "Object", "context", "assert", "nope", "token.x", "1+1", "."])
async def test_what_no_script_made_stays_verbatim(pool, name):
    async with opened(pool) as session:
        await session.pre("var other = 1")
        assert await read(session, name) == {name: None}


async def test_values_are_spelled_as_javascript_does(pool):
    async with opened(pool) as session:
        await session.pre(
            "var s = 'a\"b', n = 1.50, big = 1e21, t = true, no = null, u = undefined, o = { a: [1, 'x'] }, i = 10n;"
            "var deep = { list: [{ id: 9 }], 'a.b': 1 }; function g() {}; context.variables['x.y'] = 'dotted'"
        )
        names = [
            "s",
            "n",
            "big",
            "t",
            "no",
            "u",
            "o",
            "i",
            "deep.list.0.id",
            "deep.list.length",
            "deep.nope",
            "g",
            "x.y",
        ]
        assert list((await read(session, *names)).values()) == [
            'a"b', "1.5", "1e+21", "true", "", "", '{"a":[1,"x"]}', "10", "9", "1", None, "", "dotted",
        ]  # fmt: skip


async def test_a_value_that_cannot_be_written_fails_the_step(pool):
    async with opened(pool) as session:
        await session.pre("var round = {}; round.round = round")
        with pytest.raises(ScriptError, match="circular"):
            await read(session, "round")


async def test_values_that_are_too_large_fail_the_step(pool):
    async with opened(pool) as session:
        await session.pre("var large = 'x'.repeat(3e6), less = 'x'.repeat(999999)")
        with pytest.raises(ScriptError, match="larger than 2 MiB"):
            await read(session, "large")
        with pytest.raises(InvalidInput, match="more than 1000000 characters"):
            await session.filled(replace(REQUEST, body="{{less}}{{less}}"))


async def test_a_run_without_scripts_starts_no_child(pool, monkeypatch):
    monkeypatch.setattr("app.scripting.process._command", lambda: pytest.fail("a child was started"))
    async with opened(pool) as session:
        filled = await session.filled(replace(REQUEST, href="https://{{ token }}/{{user.roles.1}}/{{nope}}/{{user}}"))

    assert filled.href == 'https://t-1/b/{{nope}}/{"id":5,"roles":["a","b"]}'


# --- clock, chance, promises, diagnostics


async def test_the_clock_of_a_script_is_that_of_the_run_and_stands_still(pool):
    async with opened(pool) as session:
        await session.pre(
            f"assert.equal(Date.now(), {NOON.timestamp() * 1000}); assert.equal(new Date().toISOString(), "
            "'2026-11-21T12:00:00.000Z'); assert.equal(new Date(2020, 0, 31).getMonth(), 0);"
            "assert.ok(new Date() instanceof Date); assert.isString(Date()); class Mine extends Date {};"
            "assert.ok(new Mine() instanceof Mine); assert.equal(new Date(0).constructor, Date);"
            "assert.equal(Date.parse('1970-01-01T00:00:01Z'), 1000); assert.equal(performance.now(), 0)"
        )


async def test_chance_differs_from_run_to_run(pool):
    found = set()
    for _ in range(3):
        async with opened(pool) as session:
            await session.pre("var x = Math.random(); assert.ok(x >= 0 && x < 1); assert.notEqual(x, Math.random())")
            found.add((await read(session, "x"))["x"])

    assert len(found) == 3


async def test_promises_are_awaited(pool):
    async with opened(pool) as session:
        await session.pre("let late; (async () => { await null; await null; late = 'here' })()")
        assert await read(session, "late") == {"late": "here"}
        with pytest.raises(ScriptError, match=r"^expected 1 to equal 2$"):
            await session.validate("(async () => { await null; assert.equal(1, 2) })()")


async def test_what_is_printed_is_kept_and_bounded(pool):
    async with opened(pool) as session:
        await session.pre("console.log('total', { a: [1, 'x'] }, null); console.error('x'.repeat(600))")
        for _ in range(5):
            await session.post("for (let i = 0; i < 60; i++) console.log(i)")

    assert session.logs[0] == "total { a: [ 1, 'x' ] } null"
    assert session.logs[1] == "x" * 500
    assert session.logs[2:53] == [*map(str, range(50)), "0"]
    assert len(session.logs) == 200


async def test_base64_is_there(pool):
    async with opened(pool) as session:
        await session.pre("assert.equal(btoa('user:pass'), 'dXNlcjpwYXNz'); assert.equal(atob('aGk='), 'hi')")


# --- limits of a run


async def test_a_script_that_was_stopped_leaves_nothing_behind(pool):
    async with opened(pool) as session:
        await session.pre("var kept = 1; let also = () => kept")
        for limit in ("for (;;);", "a = []; for (;;) a.push('x'.repeat(1e6) + a.length)"):
            with pytest.raises(ScriptError, match=MEMORY):
                await session.post(f"kept = 2; var gone = 1; {limit}")
        await session.validate("assert.equal(also(), 1); assert.equal(typeof gone, 'undefined')")


async def test_a_first_script_that_was_stopped_costs_the_next_one_nothing(pool):
    async with opened(pool) as session:
        with pytest.raises(ScriptError, match=MEMORY):
            await session.pre("for (;;);")
        session.answered(REQUEST, RESPONSE)
        await session.post("assert.equal(context.response.status, 200); assert.equal(context.monitor.id, 7)")


async def test_waiting_for_a_turn_counts_against_the_deadline(pool):
    one, other = pool._slots._slots
    deadline = asyncio.get_running_loop().time() + 0.01
    async with (
        one.turns.turn("other"),
        other.turns.turn("other"),
    ):
        with (
            pool.session(FACTS, owner="late", deadline=deadline, clock=lambda: NOON) as session,
            pytest.raises(Unavailable, match="before its script had a turn"),
        ):
            await session.pre("1")


async def test_a_script_that_runs_into_the_deadline_is_stopped(pool):
    deadline = asyncio.get_running_loop().time() + 0.25
    with pool.session(FACTS, owner="late", deadline=deadline, clock=lambda: NOON) as session:
        session.step(TemplateFacts(1, None), REQUEST)
        with pytest.raises((ScriptError, Unavailable), match="time was over"):
            await session.pre("new Array(2 ** 32 - 1).join('x')")


async def test_what_a_script_is_to_see_is_bounded(pool):
    async with opened(pool) as session:
        session.answered(REQUEST, StepResponse(200, body="x" * 9_000_000))
        with pytest.raises(ScriptError, match="more than 8 MiB"):
            await session.post("1")


async def test_text_that_is_no_unicode_fails_the_script(pool):
    async with opened(pool) as session:
        with pytest.raises(ScriptError, match="not valid Unicode"):
            await session.pre("'\ud800'")


async def test_variables_of_any_json_reach_the_scripts(pool):
    variables = {"n": 10**30, "half": "\ud800", "deep": [[{"a": None}]], "": 1, "__proto__": 2}
    async with opened(pool, facts=RunFacts(FACTS.monitor, variables)) as session:
        await session.pre(
            "const v = context.variables; assert.equal(v.n, 1e30); assert.equal(v.half.length, 1);"
            "assert.isNull(v.deep[0][0].a); assert.equal(Object.keys(v).length, 5)"
        )
