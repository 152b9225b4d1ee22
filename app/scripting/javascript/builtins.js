// What the other files need after the first script has run. Scripts may change every built-in, so it is taken before.
// Objects that leave the engine have no prototype: what scripts put there would be in them.
() => {
  const { parse, stringify } = JSON;
  const { is, hasOwn, defineProperty, getOwnPropertyNames, setPrototypeOf } = Object;
  const { ownKeys, get, set, has, construct, deleteProperty, getOwnPropertyDescriptor } = Reflect;
  const { isArray } = Array;
  const uncurried = (method) => Function.prototype.call.bind(method);

  const bare = (object) => setPrototypeOf(object, null);
  const list = () => bare([]);
  const add = (array, item) => define(array, array.length, item);
  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
  const toWellFormed = uncurried(String.prototype.toWellFormed); // a lone surrogate is no text that others can read
  const asText = String;

  function define(object, name, value, enumerable = true) {
    return defineProperty(object, name, { __proto__: null, value, writable: true, configurable: true, enumerable });
  }

  // as `{{name}}` writes a value
  function spelled(value) {
    if (value === null || value === undefined || typeof value === "symbol") return "";
    return toWellFormed(isObject(value) ? stringify(value) ?? "" : asText(value));
  }

  return {
    parse, stringify, asText, isArray, isObject, spelled, toWellFormed,
    is, hasOwn, defineProperty, getOwnPropertyNames, ownKeys, get, set, has, construct, deleteProperty,
    getOwnPropertyDescriptor, bare, list, add, define,
    AnyError: Error, WrongType: TypeError, EngineError: InternalError, AnyPromise: Promise, AnyProxy: Proxy,
    SystemDate: Date, global: globalThis, indirectEval: eval,
    lowerCase: uncurried(String.prototype.toLowerCase),
    slice: uncurried(String.prototype.slice),
    exec: uncurried(RegExp.prototype.exec),
    then: uncurried(Promise.prototype.then),
  };
}
