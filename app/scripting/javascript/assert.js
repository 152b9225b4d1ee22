// `assert` for scripts: the part of Chai's assert style that section 9 of the API Science specification names, and the
// opposites that go with it.
({ define, global }) => {
  const LONGEST = 120;
  const DEEPEST = 3;
  const MOST_ITEMS = 10;

  class AssertionError extends Error {}
  Object.defineProperty(AssertionError.prototype, "name", { value: "AssertionError", configurable: true });

  // --- values as text, the way Chai's messages show them

  const isPlainName = (key) => /^[A-Za-z_$][\w$]*$/.test(key);

  function inspect(value, depth = 0) {
    const text = shown(value, depth);
    return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  }

  function shown(value, depth) {
    if (typeof value === "string") return `'${value.slice(0, LONGEST).replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "function") return `[Function ${value.name || "(anonymous)"}]`;
    if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
    if (value instanceof Date) return isNaN(value) ? "Invalid Date" : value.toISOString();
    if (value instanceof RegExp) return String(value);
    if (value instanceof Error) return `[${value.name}: ${value.message}]`;
    return Array.isArray(value) ? shownArray(value, depth) : shownObject(value, depth);
  }

  function shownArray(array, depth) {
    if (array.length && depth >= DEEPEST) return `[ Array(${array.length}) ]`;
    return enclosed("[", "]", array.slice(0, MOST_ITEMS).map((item) => inspect(item, depth + 1)), array.length);
  }

  function shownObject(object, depth) {
    const keys = Object.keys(object);
    if (keys.length && depth >= DEEPEST) return "{ Object }";
    const name = (key) => (isPlainName(key) ? key : inspect(key));
    const pairs = keys.slice(0, MOST_ITEMS).map((key) => `${name(key)}: ${inspect(object[key], depth + 1)}`);
    return enclosed("{", "}", pairs, keys.length);
  }

  function enclosed(open, close, parts, count) {
    if (!count) return open + close;
    return `${open} ${parts.join(", ")}${count > parts.length ? `, …(${count - parts.length})` : ""} ${close}`;
  }

  // --- comparing

  function typeOf(value) {
    if (value === null) return "null";
    return typeof value === "object" ? Object.prototype.toString.call(value).slice(8, -1).toLowerCase() : typeof value;
  }

  function deepEqual(left, right, seen = new Map()) {
    if (Object.is(left, right) || left === right) return true;
    if (typeof left !== "object" || typeof right !== "object" || !left || !right) return false;
    if (typeOf(left) !== typeOf(right)) return false;
    if (seen.get(left) === right) return true;
    seen.set(left, right);
    if (left instanceof Date) return Object.is(left.getTime(), right.getTime());
    if (left instanceof RegExp) return String(left) === String(right);
    if (left instanceof Map || left instanceof Set) return deepEqual([...left], [...right], seen);
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && deepEqual(left[key], right[key], seen))
    );
  }

  function includes(whole, part) {
    if (typeof whole === "string") return whole.includes(part);
    if (Array.isArray(whole)) return whole.includes(part);
    if (whole instanceof Set || whole instanceof Map) return whole.has(part);
    if (typeof whole !== "object" || whole === null || typeof part !== "object" || part === null) {
      throw new AssertionError(`object tested must be an array, a map, an object, a set or a string, but ${typeOf(whole)} given`);
    }
    return Object.keys(part).every((key) => key in whole && whole[key] === part[key]);
  }

  const hasProperty = (object, name) => object !== null && object !== undefined && name in Object(object);
  const article = (type) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);
  const sizeOf = (value) => (value instanceof Map || value instanceof Set ? value.size : value.length);

  function fail(text, message) {
    throw new AssertionError(message === undefined ? text : `${message}: ${text}`);
  }

  // --- the assertions: `binary` compares two values, `unary` looks at one, and each can have its opposite

  function assert(value, message = "Unspecified AssertionError") {
    if (!value) throw new AssertionError(message);
  }

  function binary(name, holds, words, opposite, oppositeWords) {
    assert[name] = (actual, expected, message) => {
      if (!holds(actual, expected)) fail(`expected ${inspect(actual)} to ${words} ${inspect(expected)}`, message);
    };
    if (!opposite) return;
    assert[opposite] = (actual, expected, message) => {
      if (holds(actual, expected)) fail(`expected ${inspect(actual)} to ${oppositeWords} ${inspect(expected)}`, message);
    };
  }

  function unary(name, holds, words, opposite, oppositeWords) {
    assert[name] = (value, message) => {
      if (!holds(value)) fail(`expected ${inspect(value)} to ${words}`, message);
    };
    if (opposite) unary(opposite, (value) => !holds(value), oppositeWords);
  }

  binary("equal", (left, right) => left == right, "equal", "notEqual", "not equal"); // == is what Chai's equal means
  binary("strictEqual", (left, right) => left === right, "equal", "notStrictEqual", "not equal");
  binary("deepEqual", (left, right) => deepEqual(left, right), "deeply equal", "notDeepEqual", "not deeply equal");
  binary("include", includes, "include", "notInclude", "not include");
  binary("match", (text, pattern) => pattern.test(text), "match", "notMatch", "not match");
  binary("isAbove", (left, right) => left > right, "be above", "isAtMost", "be at most");
  binary("isBelow", (left, right) => left < right, "be below", "isAtLeast", "be at least");
  binary("property", hasProperty, "have property", "notProperty", "not have property");
  binary("oneOf", (value, list) => list.includes(value), "be one of");

  unary("isTrue", (value) => value === true, "be true", "isNotTrue", "not equal true");
  unary("isFalse", (value) => value === false, "be false", "isNotFalse", "not equal false");
  unary("isOk", (value) => Boolean(value), "be truthy", "isNotOk", "be falsy");
  unary("exists", (value) => value !== null && value !== undefined, "exist", "notExists", "not exist");
  unary("isNull", (value) => value === null, "equal null", "isNotNull", "not equal null");
  unary("isUndefined", (value) => value === undefined, "equal undefined", "isDefined", "not equal undefined");
  for (const type of ["String", "Number", "Boolean", "Array", "Object", "Function"]) {
    const word = type.toLowerCase();
    unary(`is${type}`, (value) => typeOf(value) === word, `be ${article(word)}`);
  }
  assert.ok = assert.isOk;
  assert.notOk = assert.isNotOk;

  assert.typeOf = (value, type, message) => {
    if (typeOf(value) !== String(type).toLowerCase()) fail(`expected ${inspect(value)} to be ${article(type)}`, message);
  };
  assert.lengthOf = (value, length, message) => {
    const found = sizeOf(value);
    if (found !== length) fail(`expected ${inspect(value)} to have a length of ${length} but got ${found}`, message);
  };
  assert.fail = (message = "assert.fail()") => {
    throw new AssertionError(message);
  };

  define(global, "assert", assert, false);
  return { AssertionError, inspect };
}
