"""Test runs of monitors through the API: really made, and recorded nowhere."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.tables import calls, flips, monitor_locations, runs
from app.runs.trial import MOST_AT_ONCE, PATIENCE_SECONDS
from app.site import Site
from graphql_api.context import Context
from graphql_api.execution import Operation, execute
from tests.app.receiver import Receiver
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_monitors import made
from tests.graphql_api.test_variables import put

TEST = """
mutation($by: WatchableRef!) { monitorTest(by: $by) {
  errors { __typename code path ... on LimitError { limit used } }
  run { outcome failure { phase } logs phases { totalMs } calls {
    step templateName template { name } outcome request { url headers { name value } } response { status }
    failures { kind source validation { expected } }
  } }
} }
"""


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture(autouse=True)
async def _closed(site: Site) -> AsyncIterator[None]:
    yield
    await site.trials.close()


async def test_a_test_run_does_all_steps_and_records_nothing(
    site: Site, writer: Asker, reader: Asker, receiver: Receiver
) -> None:
    await put(writer, "token", "s3cret", secret=True)
    ok = {"source": "STATUS", "operator": "EQUALS", "expected": "200"}
    steps = [
        {"name": "first", "url": f"{receiver.url}/{{{{token}}}}", "validations": [ok], "postScript": "console.log(7)"},
        {"url": receiver.url, "validations": [{**ok, "expected": "404"}]},
    ]
    monitor = await made(writer, templates=steps, paused=True)
    before = [await rows(site, table) for table in (runs, calls, flips, monitor_locations)]

    payload = (await reader.ask(TEST, by={"id": monitor["id"]}))["monitorTest"]

    assert payload["errors"] == []
    run = payload["run"]
    assert (run["outcome"], run["failure"], run["logs"]) == ("FAIL", {"phase": "VALIDATION"}, ["7"])
    assert run["phases"]["totalMs"] > 0
    first, second = run["calls"]
    assert (first["outcome"], first["templateName"], first["template"]) == ("PASS", "first", {"name": "first"})
    assert (first["response"], first["failures"]) == ({"status": 200}, [])
    assert "s3cret" not in str(payload)
    assert second["failures"] == [{"kind": "VALIDATION", "source": "STATUS", "validation": {"expected": "404"}}]
    assert [request.target for request in receiver.requests] == ["/s3cret", "/"]
    assert [await rows(site, table) for table in (runs, calls, flips, monitor_locations)] == before


async def rows(site: Site, table: object) -> list:
    return [tuple(row) for row in await site.database.rows(select(table))]


async def test_a_monitor_without_steps_is_skipped(writer: Asker) -> None:
    monitor = await made(writer, templates=[])

    run = (await writer.ask(TEST, by={"id": monitor["id"]}))["monitorTest"]["run"]

    assert (run["outcome"], run["failure"], run["calls"]) == ("SKIPPED", None, [])


async def test_a_test_run_of_nothing_names_the_reference(writer: Asker, stranger: Asker) -> None:
    monitor = await made(writer)

    for asker, by in ((writer, {"slug": "none"}), (stranger, {"id": monitor["id"]})):
        payload = (await asker.ask(TEST, by=by))["monitorTest"]
        [error] = payload["errors"]
        assert (payload["run"], error["code"], error["path"]) == (None, "NOT_FOUND", ["by", *by])


async def test_a_test_run_too_many_is_refused(writer: Asker, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    monitor = await made(writer)
    monkeypatch.setattr(site.trials, "_running", MOST_AT_ONCE)

    payload = (await writer.ask(TEST, by={"id": monitor["id"]}))["monitorTest"]

    limit = {"__typename": "LimitError", "code": "LIMIT_REACHED", "path": None, "limit": 8, "used": 8}
    assert payload == {"run": None, "errors": [limit]}


async def test_an_operation_with_test_runs_may_last_longer_once(
    site: Site, ctx: Context, writer: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor = await made(writer)
    deadlines: list[float | None] = []
    limits: list[asyncio.Timeout] = []
    longer = Context.last_longer

    def noted(self: Context, seconds: float) -> None:
        limits.append(self.limit or limits[0])
        deadlines.append(limits[0].when())
        longer(self, seconds)
        deadlines.append(limits[0].when())

    monkeypatch.setattr(Context, "last_longer", noted)
    monkeypatch.setattr(site.trials, "_running", MOST_AT_ONCE)
    twice = """mutation($by: WatchableRef!) {
      a: monitorTest(by: $by) { run { outcome } } b: monitorTest(by: $by) { run { outcome } } }"""

    result = await execute(ctx, Operation(twice, {"by": {"id": monitor["id"]}}))

    assert result.errors is None
    first, moved, again, last = deadlines
    assert (again, last) == (moved, moved)
    assert moved == pytest.approx(first + PATIENCE_SECONDS)
