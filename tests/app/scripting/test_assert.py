"""`assert` fails with the messages that Chai's users know."""

import pytest

from app.scripting.process import ScriptError
from tests.app.scripting.conftest import opened

PASSES = """
    assert(1); assert.equal(1, '1'); assert.notEqual(1, 2); assert.strictEqual('a', 'a'); assert.notStrictEqual(1, '1');
    assert.deepEqual({ a: [1, { b: null }] }, { a: [1, { b: null }] }); assert.notDeepEqual([1], [2]);
    assert.deepEqual(new Map([[1, new Set([2])]]), new Map([[1, new Set([2])]])); assert.deepEqual(NaN, NaN);
    assert.deepEqual(new Date(5), new Date(5)); assert.deepEqual(/a/g, /a/g); assert.notDeepEqual([], {});
    const round = {}; round.round = round; const also = {}; also.round = also; assert.deepEqual(round, also);
    assert.isTrue(true); assert.isNotTrue(1); assert.isFalse(false); assert.isNotFalse(0);
    assert.isOk('a'); assert.ok([]); assert.isNotOk(0); assert.notOk('');
    assert.include('abc', 'bc'); assert.include([1, 2], 2); assert.include({ a: 1, b: 2 }, { a: 1 });
    assert.include(new Set([1]), 1); assert.notInclude('abc', 'd'); assert.notInclude([1], 2);
    assert.match('abc', /B/i); assert.notMatch('abc', /d/);
    assert.isAbove(2, 1); assert.isAtLeast(2, 2); assert.isBelow(1, 2); assert.isAtMost(2, 2);
    assert.property({ a: undefined }, 'a'); assert.notProperty({}, 'a'); assert.property('abc', 'length');
    assert.lengthOf([1, 2], 2); assert.lengthOf('abc', 3); assert.lengthOf(new Set([1]), 1);
    assert.typeOf([], 'array'); assert.typeOf(null, 'null'); assert.typeOf(/a/, 'regexp'); assert.typeOf(1, 'Number');
    assert.exists(0); assert.notExists(null); assert.isNull(null); assert.isNotNull(0);
    assert.isUndefined(undefined); assert.isDefined(null); assert.oneOf(2, [1, 2]);
    assert.isString('a'); assert.isNumber(1); assert.isBoolean(false); assert.isArray([]); assert.isObject({});
    assert.isFunction(() => 1)
"""


async def test_what_holds_passes(pool):
    async with opened(pool) as session:
        await session.validate(PASSES)


FAILS = {
    "assert(0)": "Unspecified AssertionError",
    "assert(false, 'the shop is closed')": "the shop is closed",
    "assert.equal(404, 200)": "expected 404 to equal 200",
    "assert.equal(404, 200, 'status')": "status: expected 404 to equal 200",
    "assert.notEqual(1, '1')": "expected 1 to not equal '1'",
    "assert.strictEqual(1, '1')": "expected 1 to equal '1'",
    "assert.deepEqual({ a: 1 }, { a: '1', 'b-c': [] })": "expected { a: 1 } to deeply equal { a: '1', 'b-c': [] }",
    "assert.isTrue(1)": "expected 1 to be true",
    "assert.isFalse(null)": "expected null to be false",
    "assert.isOk('')": "expected '' to be truthy",
    "assert.isNotOk([1])": "expected [ 1 ] to be falsy",
    "assert.include('abc', 'd')": "expected 'abc' to include 'd'",
    "assert.include([1, 2], 3)": "expected [ 1, 2 ] to include 3",
    "assert.include(5, 3)": "object tested must be an array, a map, an object, a set or a string, but number given",
    "assert.notInclude('abc', 'b')": "expected 'abc' to not include 'b'",
    "assert.match('abc', /d/)": "expected 'abc' to match /d/",
    "assert.isAbove(1, 2)": "expected 1 to be above 2",
    "assert.isBelow(2, 1)": "expected 2 to be below 1",
    "assert.isAtLeast(1, 2)": "expected 1 to be at least 2",
    "assert.isAtMost(2, 1)": "expected 2 to be at most 1",
    "assert.property({ a: 1 }, 'b')": "expected { a: 1 } to have property 'b'",
    "assert.lengthOf([1], 2)": "expected [ 1 ] to have a length of 2 but got 1",
    "assert.typeOf(1, 'string')": "expected 1 to be a string",
    "assert.typeOf(1, 'array')": "expected 1 to be an array",
    "assert.isArray('a')": "expected 'a' to be an array",
    "assert.exists(undefined)": "expected undefined to exist",
    "assert.isNull(0)": "expected 0 to equal null",
    "assert.isDefined(undefined)": "expected undefined to not equal undefined",
    "assert.oneOf(3, [1, 2])": "expected 3 to be one of [ 1, 2 ]",
    "assert.fail()": "assert.fail()",
    "assert.fail('never here')": "never here",
    r"assert.equal('it\'s', -0)": r"expected 'it\'s' to equal -0",
    "assert.isNull([[[[1]]]])": "expected [ [ [ [ Array(1) ] ] ] ] to equal null",
    "assert.isNull(new Array(12).fill(1))": "expected [ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, …(2) ] to equal null",
    "assert.isNull(() => 1)": "expected [Function (anonymous)] to equal null",
    "assert.isNull('x'.repeat(500))": f"expected '{'x' * 118}… to equal null",
}


async def test_what_does_not_hold_says_so_in_chais_words(pool):
    told = {}
    async with opened(pool) as session:
        for script in FAILS:
            with pytest.raises(ScriptError) as failure:
                await session.validate(script)
            told[script] = str(failure.value)

    assert told == FAILS


async def test_an_assertion_can_be_caught_as_what_it_is(pool):
    async with opened(pool) as session:
        await session.validate(
            "let caught; try { assert.equal(1, 2) } catch (error) { caught = error }"
            "assert.ok(caught instanceof Error); assert.equal(caught.name, 'AssertionError')"
        )
