"""Scripts that mean harm, or are as bad as if they did: a name, the script, what its author is told."""

TIME = r"used more than 0\.3 s of CPU|ran longer than 1 s"
MEMORY = rf"used more than 32 MiB of memory|out of memory|string too long|{TIME}"
DEEP = rf"Maximum call stack size exceeded|{TIME}"
BROKEN = "unusable"

HOSTILE: dict[str, tuple[str, str]] = {
    # loops, in the engine's sight
    "an endless loop": ("for (;;);", TIME),
    "a loop that catches what ends it": ("for (;;) { try { for (;;); } catch (e) {} }", TIME),
    "a loop in finally": ("try { throw 1 } finally { for (;;); }", TIME),
    "a loop in a generator": ("function* g() { for (;;) yield 1 } for (const x of g());", TIME),
    "two functions that call each other by a table": ("let f = [() => 1, () => 0], i = 0; for (;;) i = f[i]();", TIME),
    "an evil regex": ("/^(a+)+$/.test('a'.repeat(40) + 'b')", TIME),
    "a regex with back references": (r"/(x+x+)+\1y/.test('x'.repeat(5000))", TIME),
    "a getter that does not return": ("({ get x() { for (;;); } }).x", TIME),
    "an iterator without end": ("[...{ [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }].length", MEMORY),
    "a sort that never decides": ("new Array(5000).fill(0).sort(() => { for (;;); })", TIME),
    "a toJSON that does not return": ("JSON.stringify({ toJSON() { for (;;); } })", TIME),
    # loops, out of the engine's sight: the child's own clock ends them
    "joining four thousand million holes": ("new Array(2 ** 32 - 1).join('x')", TIME),
    "an error whose text takes for ever": (
        "Object.defineProperty(InternalError.prototype, 'name', { get() { for (;;); } }); for (;;);",
        TIME,
    ),
    # promises
    "a loop of awaits": ("(async () => { for (;;) await 1 })()", TIME),
    "microtasks that beget microtasks": ("(function again() { queueMicrotask(again) })()", TIME),
    "a promise that is never settled": ("new Promise(() => {})", "never settled"),
    "a thenable that loops": ("(async () => await { then() { for (;;); } })()", TIME),
    # memory
    "an array that grows": ("let a = []; for (;;) a.push(new Array(1000).fill(1))", MEMORY),
    "a string of half a gigabyte": ("'a'.repeat(2 ** 29)", MEMORY),
    "a string that doubles": ("let s = 'x'; for (;;) s += s", MEMORY),
    "a buffer of two gigabytes": ("new ArrayBuffer(2 ** 31)", rf"Invalid|invalid|{MEMORY}"),
    "a map that grows": ("let m = new Map(); for (let i = 0; ; i++) m.set(i, 'x'.repeat(100) + i)", MEMORY),
    "a big number that squares": ("let x = 3n; for (;;) x = x * x", rf"too large|{MEMORY}"),
    "functions made without end": ("let fs = []; for (let i = 0; ; i++) fs.push(new Function('return ' + i))", MEMORY),
    "memory that is caught and taken again": (
        "let a = []; for (;;) { try { a.push('x'.repeat(1e6) + a.length) } catch (e) {} }",
        MEMORY,
    ),
    "a log without end": ("for (;;) console.log('x'.repeat(1e5))", TIME),
    # recursion
    "a function that calls itself": ("function f() { return f() + 1 } f()", DEEP),
    "a proxy that asks itself": ("const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x", DEEP),
    "brackets a million deep": ("JSON.parse('['.repeat(1e6))", DEEP),
    "an object a hundred thousand deep": (
        "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; JSON.stringify(o)",
        DEEP,
    ),
    "parentheses too deep to parse": ("eval('('.repeat(1e5))", DEEP),
    "a regex too deep to compile": ("new RegExp('('.repeat(1e5) + ')'.repeat(1e5))", rf"SyntaxError|{DEEP}"),
    "a toString that calls itself": ("const o = { toString() { return '' + o } }; throw new Error(o)", DEEP),
    # our own glue
    "built-ins taken away": (
        "for (const k of Reflect.ownKeys(Array.prototype)) delete Array.prototype[k]; throw new Error('gone')",
        "^Error: gone",
    ),
    "Object.prototype with setters": (
        """
        const d = { __proto__: null, get: () => 'no', set() {} };
        for (const k of ['value', 'get', 'error', 'toJSON', '0']) Object.defineProperty(Object.prototype, k, d);
        throw new Error('polluted')
        """,
        "polluted",
    ),
    "a toJSON for everything": ("Object.prototype.toJSON = () => 'pwned'; throw new Error('still told')", "still told"),
    "JSON replaced": ("JSON.stringify = JSON.parse = () => { throw 1 }; throw new Error('still told')", "still told"),
    "the error's own text loops": ("throw { toString() { for (;;); }, get message() { for (;;); } }", TIME),
    "an error that cannot be shown": (
        "throw new Proxy({}, { get() { throw 1 }, ownKeys() { throw 1 } })",
        "cannot be shown",
    ),
    "context replaced": ("context = null; if (context === null) throw 1; throw new Error('held')", "held"),
    "context frozen and emptied": (
        "Object.freeze(context); for (const k in context) delete context[k]; throw new Error(typeof context.request)",
        "^Error: object",
    ),
    "the way in called": ("__heliograph_scope(() => { for (;;); })", "__heliograph_scope is not defined"),
    "half a character in the message": (r"throw new Error('\ud800')", r"^Error: � \(line 1\)$"),
    "a message of a megabyte": ("throw new Error('x'.repeat(1e6))", "^Error: x{993}$"),
    "the wrong thing thrown": ("throw undefined", "^undefined$"),
    # the host
    "a module": ("import('os')", "could not load module|ReferenceError"),
    "require": ("require('child_process')", "require is not defined"),
    "the process": ("process.exit()", "process is not defined"),
    "std and os of the engine's shell": ("std.exit()", "std is not defined"),
    "a way out by constructors": ("this.constructor.constructor('return process')().exit()", "process is not defined"),
    "a timer": ("setTimeout(() => {}, 0)", "setTimeout is not defined"),
    "a request": ("fetch('http://127.0.0.1')", "fetch is not defined"),
    "sleeping": ("Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)", "cannot block"),
}
