// Starts GraphiQL with the key from the bar above it.
"use strict";

(() => {
  const STORED = "heliograph.key";
  const KEY_LENGTH = 32;
  const FIRST_LOOK = `# Paste a key above, then press play.
query FirstLook {
  project {
    name
    checks(first: 20, orderBy: { field: STATE, direction: DESC }) {
      totalCount
      edges {
        node {
          name
          state
          stateSince
          lastPingAt
          nextExpectedAt
          tags {
            name
          }
          flips(first: 3) {
            edges {
              node {
                at
                from
                to
                reason
              }
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
`;

  // The link in an alert leads here and names its check or monitor: `/graphql?check=<unique key>`, `?monitor=<uuid>`.
  const asked = (name, form) => form.exec(new URLSearchParams(location.search).get(name) ?? "");
  const ASKED = asked("check", /^[0-9a-f]{40}$/);
  const ASKED_MONITOR = asked("monitor", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const ONE_CHECK = `# Paste a key above, then press play.
query OneCheck {
  check(by: { uniqueKey: "${ASKED?.[0]}" }) {
    name
    state
    stateSince
    lastPingAt
    nextExpectedAt
    flips(first: 10) {
      edges {
        node {
          at
          from
          to
          reason
        }
      }
    }
  }
}
`;

  const ONE_MONITOR = `# Paste a key above, then press play.
query OneMonitor {
  monitor(by: { id: "${ASKED_MONITOR?.[0]}" }) {
    name
    state
    stateSince
    lastRunAt
    lastOutcome
    outages(first: 3) {
      edges {
        node {
          startedAt
          resolvedAt
          rootCause {
            summary
          }
        }
      }
    }
    runs(first: 5) {
      edges {
        node {
          startedAt
          outcome
          location {
            name
          }
          phases {
            totalMs
          }
          failure {
            message
          }
        }
      }
    }
  }
}
`;

  const form = document.getElementById("key-form");
  const field = document.getElementById("key");
  const forget = document.getElementById("forget");
  const state = document.getElementById("key-state");
  const root = ReactDOM.createRoot(document.getElementById("explorer"));

  // sessionStorage: the key lives as long as this tab, and no other site or later visitor finds it.
  const storedKey = () => sessionStorage.getItem(STORED) ?? "";

  function keep(key) {
    if (key) {
      sessionStorage.setItem(STORED, key);
    } else {
      sessionStorage.removeItem(STORED);
    }
  }

  function fetcherFor(key) {
    const headers = key ? { Authorization: `Bearer ${key}` } : {};
    const url = new URL(location.pathname, location.href); // below whatever path a proxy serves us
    const live = new URL(url);
    live.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return GraphiQL.createFetcher({
      url: url.href,
      headers,
      subscriptionUrl: live.href,
      wsConnectionParams: headers,
    });
  }

  function show(key) {
    field.value = key;
    forget.hidden = !key;
    state.textContent = key ? "in use in this tab" : "none yet";
    state.classList.toggle("set", Boolean(key));
    // A new fetcher makes GraphiQL ask for the schema again, with the new key.
    root.render(
      React.createElement(GraphiQL, {
        fetcher: fetcherFor(key),
        defaultQuery: FIRST_LOOK,
        ...(ASKED && { query: ONE_CHECK }),
        ...(ASKED_MONITOR && { query: ONE_MONITOR }),
        defaultEditorToolsVisibility: false,
        showPersistHeadersSettings: false,
        shouldPersistHeaders: false,
      }),
    );
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(field.value.trim());
    show(storedKey());
  });

  // A whole key needs no button: who pastes one may press play at once.
  field.addEventListener("input", () => {
    if (field.value.trim().length === KEY_LENGTH) {
      form.requestSubmit();
    }
  });

  forget.addEventListener("click", () => {
    keep("");
    show("");
    field.focus();
  });

  show(storedKey());
})();
