// Time and chance, the same when a script runs again in another engine: the time of a task, a seed for each run.
({ global, define, defineProperty, construct, then, SystemDate, AnyPromise }) => {
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

  function setTime(milliseconds) {
    now = milliseconds;
  }

  function start(seed) { // sfc32 wants a dozen rounds before it is used
    a = seed[0];
    b = seed[1];
    c = seed[2];
    opened = now;
    for (let i = 0; i < 12; i++) chance();
  }

  return { setTime, start };
}
