// Requests and responses as scripts see them, and what a script made of its request.
({
  bare, list, add, define, ownKeys, get, set, has, hasOwn, deleteProperty, getOwnPropertyDescriptor,
  isArray, isObject, lowerCase, spelled, stringify, toWellFormed, AnyProxy, WrongType,
}) => {
  // --- headers are looked up without case, as HTTP has it

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

  // --- back from a script

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

  function partsOf(request) {
    if (!isObject(request)) throw new WrongType("context.request must be an object");
    const parts = bare({});
    parts.method = asString(request.method, "method");
    parts.href = asString(request.href, "href");
    parts.headers = asPairs(request.headers, "headers");
    parts.params = asPairs(request.params, "params");
    parts.body = request.body === null || request.body === undefined ? null : spelled(request.body);
    return parts;
  }

  function changes(before, after) {
    const changed = bare({});
    for (const name in after) if (stringify(after[name]) !== stringify(before[name])) changed[name] = after[name];
    return changed;
  }

  return { requestOf, responseOf, partsOf, changes };
}
