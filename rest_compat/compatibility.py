"""The compatibility page of the docs, written from the route tables: `python -m rest_compat.compatibility`."""

import sys
from collections.abc import Sequence

from app.security.roles import Role
from rest_compat.apiscience import routes as apiscience
from rest_compat.healthchecks import routes as healthchecks
from rest_compat.routing import Route

_HEAD = """# What answers here

Written by `make docs` from the route tables. Each row is a documented URL, below the API's own root and at the site's,
and what it is bound to: a resolver, which a GraphQL field calls as well, or a function that serves REST alone. The last
column says which of a project's keys it asks for.
"""
_COLUMNS = """
| request | what it does | bound to | key |
|---|---|---|---|
"""
_KEYS = {healthchecks.READER: "any", Role.EDITOR: "read-write", None: "none"}


def page() -> str:
    """Return the page, in Markdown."""
    parts = [_api(f"Healthchecks v{version}", f"/api/v{version}", healthchecks.documented(version))
             for version in healthchecks.VERSIONS]  # fmt: skip
    return _HEAD + "".join((*parts, _api("API Science v1", "/v1", apiscience.TABLE)))


def _api(title: str, base: str, table: Sequence[Route]) -> str:
    return f"\n## {title}\n{_COLUMNS}" + "".join(_row(base, row) for row in table)


def _row(base: str, row: Route) -> str:
    resolver = f"{row.resolve.__module__.rpartition('.')[2]}.{row.resolve.__name__}"
    return f"| `{row.method} {base}{row.path}` | {row.describe.summary} | `{resolver}` | {_KEYS[row.needed]} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
