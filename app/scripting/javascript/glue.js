// The way in and out of an engine. Leaves `glue`:
//
//   glue("begin", json)  applies what happened since the last script, then starts the script, if there is one
//   glue("end")          returns what came of it, as JSON; in between, the caller runs the promises' jobs
//
// A script can change what its answer says: who reads it trusts nothing in it.
({
  bare, list, parse, stringify, asText, slice, toWellFormed, exec, then, AnyError, EngineError, AnyPromise,
  AssertionError, inspect, setTime, state, happen, partsOf, changes, takeLogs, execute, valuesOf,
}) => {
  const LONGEST_MESSAGE = 1000;
  const LONGEST_ANSWER = 2 * 1024 * 1024;
  const lineOf = /at <eval> \(<input>:(\d+):\d+\)\n +at eval \(native\)/;
  const lineOfSyntaxError = /^ *at <input>:(\d+):/;

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
  let before; // the parts of the request, before the script
  let thrown; // {error}, once the script has thrown
  let promise; // what the script evaluated to, if that is a promise
  let settled;

  function begin(json) {
    task = parse(json);
    thrown = promise = undefined;
    settled = false;
    takeLogs();
    setTime(task.at);
    try {
      happen(task.events);
      if (task.request) before = partsOf(state.request);
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
    const answer = bare({ error: null, memory: false, logs: takeLogs(), request: null, values: null });
    try {
      if (thrown) throw thrown.error;
      if (promise && !settled) throw new AnyError("the promise that the script ends with is never settled");
      if (task.request) answer.request = changes(before, partsOf(state.request));
      if (task.names) answer.values = valuesOf(task.names);
    } catch (error) {
      answer.memory = isOutOfMemory(error);
      answer.error = toWellFormed(slice(described(error), 0, LONGEST_MESSAGE));
    }
    const json = stringify(answer);
    if (json.length <= LONGEST_ANSWER) return json;
    return stringify(bare({ error: "the values of this script are larger than 2 MiB", memory: false, logs: list() }));
  }

  return { glue: (what, json) => (what === "begin" ? begin(json) : end()) };
}
