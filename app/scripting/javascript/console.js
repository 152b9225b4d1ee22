// `console`: what is printed is kept for diagnostics, as much as is of use.
({ define, list, add, slice, toWellFormed, inspect, global }) => {
  const MOST_LOGS = 50;
  const LONGEST_LOG = 500;

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

  function takeLogs() {
    const taken = logs;
    logs = list();
    return taken;
  }

  return { takeLogs };
}
