// How scripts run, the names that they leave for each other, and what stands for {{name}}.
//
// A script's own `let`, `const` and `class` live in the scope of its `eval`. Later scripts see them as globals that read
// and write that scope, so that each script may declare the same names again.
({
  bare, list, add, define, defineProperty, getOwnPropertyNames, getOwnPropertyDescriptor, deleteProperty, hasOwn, is,
  exec, isObject, spelled, global, indirectEval, context, state, ownNames,
}) => {
  const MOST_NAMES = 2000;
  const HOOK = "__heliograph_scope";
  const HOOKED = `${HOOK}((__name, __value) => eval(__name));`;

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

  // --- looking up

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

  // A variable that no script has set is the account's still, and gives way to what scripts made.
  const isSet = (name) => !(hasOwn(state.account, name) && is(state.account[name], state.variables[name]));

  function lookUp(name) {
    const path = list();
    const part = /[^.]+/g;
    for (let match = exec(part, name); match; match = exec(part, name)) add(path, match[0]);
    if (!path.length) return miss;
    let value = inObject(context, name, path, (key) => !ownNames[key]);
    if (value === miss) value = inObject(state.variables, name, path, isSet);
    if (value === miss) value = inObject(global, name, path, isMade);
    if (value === miss) value = inObject(state.variables, name, path, () => true);
    return value;
  }

  function valuesOf(names) {
    const values = bare({});
    for (let i = 0; i < names.length; i++) {
      const value = lookUp(names[i]);
      if (value !== miss) define(values, names[i], spelled(value));
    }
    return values;
  }

  return { execute, valuesOf };
}
