"""The compatibility page of the docs, written from the route tables: `python -m rest_compat.compatibility`."""

import sys
from collections.abc import Sequence

from rest_compat.healthchecks import routes as healthchecks
from rest_compat.routing import Route

_HEAD = """# What answers here

Written by `make docs` from the route tables. Each row is a documented URL, below the API's own root and at the site's,
and the resolver that it is bound to: what a GraphQL field calls as well.
"""
_COLUMNS = """
| request | what it does | resolver | key |
|---|---|---|---|
"""


def page() -> str:
    """Return the page, in Markdown."""
    return _HEAD + "".join(_api(f"Healthchecks v{version}", f"/api/v{version}", healthchecks.table(version))
                           for version in healthchecks.VERSIONS)  # fmt: skip


def _api(title: str, base: str, table: Sequence[Route]) -> str:
    return f"\n## {title}\n{_COLUMNS}" + "".join(_row(base, row) for row in table)


def _row(base: str, row: Route) -> str:
    resolver = f"{row.resolve.__module__.rpartition('.')[2]}.{row.resolve.__name__}"
    key = "any" if row.needed is healthchecks.READER else "read-write"
    return f"| `{row.method} {base}{row.path}` | {row.describe.summary} | `{resolver}` | {key} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
