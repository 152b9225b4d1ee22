// `context`: what scripts know of their run and change in it, and what happens to it between scripts.
({ define, defineProperty, getOwnPropertyNames, bare, list, add, global, requestOf, responseOf, start }) => {
  const state = {
    __proto__: null,
    request: undefined, response: undefined, previous: undefined, history: [],
    monitor: undefined, template: undefined, variables: {}, account: bare({}),
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

  let exchange; // of this step, once it has an answer
  const past = list();

  const happenings = {
    __proto__: null,
    open({ monitor, variables, seed }) {
      state.monitor = monitor;
      state.variables = variables;
      const names = getOwnPropertyNames(variables);
      for (let i = 0; i < names.length; i++) state.account[names[i]] = variables[names[i]];
      start(seed);
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

  function happen(events) {
    for (let i = 0; i < events.length; i++) happenings[events[i][0]](events[i][1]);
  }

  return { context, state, ownNames, happen };
}
