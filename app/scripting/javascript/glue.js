// What stands around the scripts of one run: `context`, `console`, a clock that stands still while a script runs, and
// the way in and out. Evaluates to a function that takes what assert.js evaluates to, and returns `glue`:
//
//   glue("begin", json)  applies what happened since the last script, then starts the script, if there is one
//   glue("end")          returns what came of it, as JSON; in between, the caller runs the promises' jobs
//
// Scripts may change every built-in. So what is needed after the first of them is taken here, before it; answers have no
// prototype; and who reads an answer trusts nothing in it.
((assertions) => {
  "use strict";

  const { assert, AssertionError, inspect } = assertions;
  const MOST_LOGS = 50;
  const LONGEST_LOG = 500;
  const LONGEST_MESSAGE = 1000;
  const LONGEST_ANSWER = 2 * 1024 * 1024;
  const MOST_NAMES = 2000;
  const HOOK = "__heliograph_scope";
  const HOOKED = `${HOOK}((__name, __value) => eval(__name));`;

  const indirectEval = eval;
  const global = globalThis;
  const { parse, stringify } = JSON;
  const { is, hasOwn, defineProperty, getOwnPropertyNames, setPrototypeOf } = Object;
  const { ownKeys, get, set, has, construct, deleteProperty, getOwnPropertyDescriptor } = Reflect;
  const { isArray } = Array;
  const [AnyError, WrongType, EngineError, AnyPromise] = [Error, TypeError, InternalError, Promise];
  const [AnyProxy, SystemDate] = [Proxy, Date];
  const asText = String;
  const uncurried = (method) => Function.prototype.call.bind(method);
  const lowerCase = uncurried(String.prototype.toLowerCase);
  const slice = uncurried(String.prototype.slice);
  const toWellFormed = uncurried(String.prototype.toWellFormed); // a lone surrogate is no text that others can read
  const exec = uncurried(RegExp.prototype.exec);
  const then = uncurried(Promise.prototype.then);

  const bare = (object) => setPrototypeOf(object, null);
  const list = () => bare([]);
  const add = (array, item) => define(array, array.length, item);
  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
  const lineOf = /at <eval> \(<input>:(\d+):\d+\)\n +at eval \(native\)/;
  const lineOfSyntaxError = /^ *at <input>:(\d+):/;

  function define(object, name, value, enumerable = true) {
    return defineProperty(object, name, { __proto__: null, value, writable: true, configurable: true, enumerable });
  }

  // --- time and chance, the same when a script runs again in another engine

  let now = 0;
  let opened = 0;

  function Clock(...parts) {
    if (!new.target) return new SystemDate(now).toString();
    return construct(SystemDate, parts.length ? parts : [now], new.target);
  }
  for (const name of ["parse", "UTC"]) define(Clock, name, SystemDate[name], false);
  define(Clock, "now", () => now, false);
  defineProperty(Clock, "name", { value: "Date" });
  defineProperty(Clock, "prototype", { value: SystemDate.prototype });
  define(SystemDate.prototype, "constructor", Clock, false);
  define(global, "Date", Clock, false);
  define(global, "performance", { now: () => now - opened }, false);

  let [a, b, c, d] = [0, 0, 0, 1];

  function chance() { // sfc32: 32 bits a call, from a seed of three words
    const next = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + next | 0;
    return next >>> 0;
  }
  define(Math, "random", () => ((chance() >>> 5) * 67108864 + (chance() >>> 6)) / 9007199254740992, false);

  // A callback that throws must not end the job queue.
  const done = AnyPromise.resolve();
  define(global, "queueMicrotask", (callback) => { then(done, callback); }, false);

  // --- headers: looked up without case, as HTTP has it

  function sameName(object, key) {
    if (typeof key !== "string" || hasOwn(object, key)) return key;
    const wanted = lowerCase(key);
    const keys = ownKeys(object);
    for (let i = 0; i < keys.length; i++) {
      if (typeof keys[i] === "string" && lowerCase(keys[i]) === wanted) return keys[i];
    }
    return key;
  }

  const withoutCase = {
    __proto__: null,
    get: (object, key) => get(object, sameName(object, key)),
    has: (object, key) => has(object, sameName(object, key)),
    set: (object, key, value) => set(object, sameName(object, key), value),
    deleteProperty: (object, key) => deleteProperty(object, sameName(object, key)),
    getOwnPropertyDescriptor: (object, key) => getOwnPropertyDescriptor(object, sameName(object, key)),
  };

  function grouped(pairs, joined) { // [[name, value], …] -> {name: value, or all values of a repeated name}
    const object = {};
    for (let i = 0; i < pairs.length; i++) {
      const name = joined ? sameName(object, pairs[i][0]) : pairs[i][0];
      const value = pairs[i][1];
      if (!hasOwn(object, name)) define(object, name, value);
      else if (joined) define(object, name, `${object[name]}, ${value}`);
      else if (isArray(object[name])) add(object[name], value);
      else define(object, name, [object[name], value]);
    }
    return object;
  }

  function requestOf({ method, href, headers, params, body }) {
    return { method, href, headers: new AnyProxy(grouped(headers, false), withoutCase), params: grouped(params, false), body };
  }

  function responseOf(response) {
    if (!response) return response;
    const { status, headers, body, statistics } = response;
    const byName = new AnyProxy(grouped(headers, true), withoutCase);
    const contentType = byName["content-type"] ?? "";
    return { statusCode: status, status, headers: byName, body, contentType, statistics };
  }

  // --- context

  const state = {
    __proto__: null,
    request: undefined, response: undefined, previous: undefined, history: [],
    monitor: undefined, template: undefined, variables: {},
    get statistics() { return state.response?.statistics; },
  };
  const context = {};
  const contextNames = ["request", "response", "statistics", "previous", "history", "monitor", "template", "variables"];
  for (const name of contextNames) {
    const write = name === "statistics" ? undefined : (value) => { state[name] = value; };
    defineProperty(context, name, { get: () => state[name], set: write, enumerable: true });
  }
  const ownNames = bare({});
  for (const name of contextNames) ownNames[name] = true;
  defineProperty(global, "context", { value: context, enumerable: true });
  define(global, "assert", assert, false);

  let exchange; // of this step, once it has an answer
  const past = list();

  const happenings = {
    __proto__: null,
    open({ monitor, variables, seed }) {
      state.monitor = monitor;
      state.variables = variables;
      a = seed[0], b = seed[1], c = seed[2];
      opened = now;
      for (let i = 0; i < 12; i++) chance();
    },
    step({ template, request }) {
      if (exchange) add(past, exchange);
      exchange = undefined;
      state.template = template;
      state.request = requestOf(request);
      state.previous = past.length ? past[past.length - 1] : undefined;
      state.response = state.previous?.response;
      state.history = [];
      for (let i = 0; i < past.length; i++) define(state.history, i, past[i]);
    },
    answer({ request, response }) {
      state.request = requestOf(request);
      state.response = responseOf(response);
      exchange = { request: state.request, response: state.response };
    },
  };

  // --- console

  let logs = list();

  function log(...values) {
    if (logs.length >= MOST_LOGS) return;
    let line = "";
    for (let i = 0; i < values.length && line.length < LONGEST_LOG; i++) {
      line += (i ? " " : "") + (typeof values[i] === "string" ? values[i] : inspect(values[i]));
    }
    add(logs, toWellFormed(slice(line, 0, LONGEST_LOG)));
  }
  define(global, "console", { log, info: log, warn: log, error: log, debug: log }, false);

  // --- running: a script's own `let`, `const` and `class` live in its scope. Later scripts see them as globals that read
  // and write that scope, so that each script may declare the same names again.

  let scope;

  function execute(source) {
    scope = undefined;
    define(global, HOOK, (found) => { scope = found; deleteProperty(global, HOOK); }, false);
    try {
      return indirectEval(HOOKED + source);
    } finally {
      deleteProperty(global, HOOK);
      if (scope && exec(/\b(?:let|const|class)\b/, source)) publish(scope, source);
    }
  }

  const notNames = { __proto__: null, this: true, null: true, true: true, false: true, arguments: true };

  function publish(found, source) {
    const identifier = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;
    const tried = bare({});
    let count = 0;
    for (let match = exec(identifier, source); match && count < MOST_NAMES; match = exec(identifier, source)) {
      const name = match[0];
      if (tried[name] || notNames[name]) continue;
      tried[name] = true;
      count++;
      if (isDeclared(found, name)) publishOne(found, name);
    }
  }

  function isDeclared(found, name) {
    try {
      const value = found(name);
      return !(hasOwn(global, name) && is(global[name], value));
    } catch {
      return false; // no name of this scope: a keyword, a property, or declared further in
    }
  }

  function publishOne(found, name) {
    const accessor = { __proto__: null, get: () => found(name), enumerable: true, configurable: true };
    accessor.set = (value) => { found(`${name} = __value`, value); };
    const taken = getOwnPropertyDescriptor(global, name);
    if (!taken || taken.configurable) defineProperty(global, name, accessor);
  }

  // --- looking up {{names}}

  const builtIn = bare({});
  for (const name of getOwnPropertyNames(global)) builtIn[name] = global[name];

  const miss = bare([]);

  function walked(value, path) {
    for (let i = 0; i < path.length; i++) {
      if (!isObject(value) || !hasOwn(value, path[i])) return miss;
      value = value[path[i]];
    }
    return value;
  }

  function inObject(object, name, path, mayHold) {
    if (!isObject(object)) return miss;
    if (mayHold(name) && hasOwn(object, name)) return object[name];
    return mayHold(path[0]) ? walked(object, path) : miss;
  }

  const isMade = (name) => !(name in builtIn && is(builtIn[name], global[name]));

  function lookUp(name) {
    const path = list();
    const part = /[^.]+/g;
    for (let match = exec(part, name); match; match = exec(part, name)) add(path, match[0]);
    if (!path.length) return miss;
    let value = inObject(context, name, path, (key) => !ownNames[key]);
    if (value === miss) value = inObject(state.variables, name, path, () => true);
    if (value === miss) value = inObject(global, name, path, isMade);
    return value;
  }

  function spelled(value) {
    if (value === null || value === undefined || typeof value === "symbol") return "";
    return toWellFormed(isObject(value) ? stringify(value) ?? "" : asText(value));
  }

  function valuesOf(names) {
    const values = bare({});
    for (let i = 0; i < names.length; i++) {
      const value = lookUp(names[i]);
      if (value !== miss) define(values, names[i], spelled(value));
    }
    return values;
  }

  // --- what a script made of its request: only what it changed

  let before;

  function asPairs(object, what) {
    if (object === null || object === undefined) return list();
    if (!isObject(object) || isArray(object)) throw new WrongType(`context.request.${what} must be an object`);
    const pairs = list();
    const keys = ownKeys(object);
    for (let i = 0; i < keys.length; i++) {
      if (typeof keys[i] !== "string") continue;
      const value = object[keys[i]];
      const values = isArray(value) ? value : [value];
      for (let j = 0; j < values.length; j++) {
        if (values[j] !== null && values[j] !== undefined) add(pairs, bare([spelled(keys[i]), spelled(values[j])]));
      }
    }
    return pairs;
  }

  function asString(value, what) {
    if (typeof value !== "string") throw new WrongType(`context.request.${what} must be a string`);
    return toWellFormed(value);
  }

  function requestParts() {
    const request = state.request;
    if (!isObject(request)) throw new WrongType("context.request must be an object");
    const parts = bare({});
    parts.method = asString(request.method, "method");
    parts.href = asString(request.href, "href");
    parts.headers = asPairs(request.headers, "headers");
    parts.params = asPairs(request.params, "params");
    parts.body = request.body === null || request.body === undefined ? null : spelled(request.body);
    return parts;
  }

  function changes() {
    const after = requestParts();
    const changed = bare({});
    for (const name in after) if (stringify(after[name]) !== stringify(before[name])) changed[name] = after[name];
    return changed;
  }

  // --- in and out

  function described(error) {
    try {
      if (error === null) return "the script threw null, which one that is out of memory does too";
      if (!(error instanceof AnyError)) return typeof error === "string" ? error : inspect(error);
      if (error instanceof AssertionError) return asText(error.message);
      const stack = asText(error.stack);
      const found = exec(lineOfSyntaxError, stack) ?? exec(lineOf, stack);
      return `${error.name}: ${error.message}${found ? ` (line ${found[1]})` : ""}`;
    } catch {
      return "the script threw something that cannot be shown";
    }
  }

  const isOutOfMemory = (error) => error instanceof EngineError && error.message === "out of memory";

  let task; // what was asked for
  let thrown; // {error}, once the script has thrown
  let promise; // what the script evaluated to, if that is a promise
  let settled;

  function begin(json) {
    task = parse(json);
    thrown = promise = undefined;
    settled = false;
    logs = list();
    now = task.at;
    try {
      for (let i = 0; i < task.events.length; i++) happenings[task.events[i][0]](task.events[i][1]);
      if (task.request) before = requestParts();
      if (task.script !== null) await_(execute(task.script));
    } catch (error) {
      thrown = { error };
    }
  }

  function await_(value) {
    if (!(value instanceof AnyPromise)) return;
    promise = value;
    then(promise, () => { settled = true; }, (error) => { settled = true; thrown = { error }; });
  }

  function end() {
    const answer = bare({ error: null, memory: false, logs, request: null, values: null });
    try {
      if (thrown) throw thrown.error;
      if (promise && !settled) throw new AnyError("the promise that the script ends with is never settled");
      if (task.request) answer.request = changes();
      if (task.names) answer.values = valuesOf(task.names);
    } catch (error) {
      answer.memory = isOutOfMemory(error);
      answer.error = toWellFormed(slice(described(error), 0, LONGEST_MESSAGE));
    }
    const json = stringify(answer);
    if (json.length <= LONGEST_ANSWER) return json;
    return stringify(bare({ error: "the values of this script are larger than 2 MiB", memory: false, logs: list() }));
  }

  return (what, json) => (what === "begin" ? begin(json) : end());
});
