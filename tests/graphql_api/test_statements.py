"""How many statements the reference queries cost: a relation is one, however many rows ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import event

from app.db.engine import Database
from app.db.prepared import PreparedSelect
from app.db.raw import RawStatement
from app.ids import global_id
from app.rules.outcomes import Outcome
from app.rules.states import PingKind
from app.runs.result import FailureKind, ValidationFailure
from app.site import Site
from app.store import checks, monitors, templates
from graphql_api.context import Context
from graphql_api.execution import Operation, execute
from tests.app.pipeline.results import call_result, run
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_checks import made
from tests.graphql_api.test_contacts import TEST, channel_of, contact_of
from tests.graphql_api.test_history import pinged
from tests.graphql_api.test_monitors import made as made_monitor
from tests.graphql_api.test_monitors import stored as stored_monitor
from tests.world import World

REFERENCE = {
    "who asks": ("{ viewer { role project { name } } serverInfo { version } }", 0),
    "a wall of scalars": ("{ project { checks(first: 1000) { edges { node { id name state paused } } } } }", 1),
    "a counted page": ("{ project { checks { totalCount edges { node { name } } } } }", 2),
    "checks with tags": ("{ project { checks { edges { node { name tags { name } } } } } }", 2),
    "checks with contacts": ("{ project { checks { edges { node { contacts { name channels { name } } } } } } }", 4),
    "checks with channels": ("{ project { checks { edges { node { channels { name kind settings } } } } } }", 3),
    "checks with flips": ("{ project { checks { edges { node { flips(first: 3) { edges { node { at } } } } } } } }", 2),
    "checks with pings": (
        """{ project { checks(first: 9) { edges { node { lastPing { id }
           pings(first: 3) { edges { node { id number durationMs body } } } } } } } }""",
        5,
    ),
    "a wall of monitors": ("{ project { monitors(first: 1000) { edges { node { name state kind interval } } } } }", 1),
    "a counted page of monitors": ("{ project { monitors { totalCount edges { node { name } } } } }", 2),
    "monitors with templates": (
        """{ project { monitors(first: 9) { edges { node { templates { url headers { name value }
           validations { source } } tags { name } locations { name } contacts { name } } } } } }""",
        7,
    ),
    "monitors with runs": (
        """{ project { monitors(first: 9) { edges { node { lastRun { outcome location { name } }
           runs(first: 3) { edges { node { monitor { name } calls { template { name } response { status }
           failures { message validation { expected } } } } } } } } } } }""",
        9,
    ),
    "monitors with outages": (
        """{ project { monitors(first: 9) { edges { node { outages(first: 3) { totalCount edges { node {
           watchable { name } rootCause { evidence { location { name } } }
           failingRun { outcome } lastGoodRun { outcome }
           alerts { location { name } run { outcome } outage { state } } } } } } } } } }""",
        9,
    ),
    "monitors with uptime": (
        """{ project { monitors(first: 9) { edges { node { day: uptime(period: {last: 86400}) { percent outages }
           month: uptime(period: {month: "2026-03"}) { percent } } } } } }""",
        4,
    ),
    "outages of all": (
        """{ project { outages(first: 9) { totalCount edges { node { watchable { name } alerts { at } } } } } }""",
        5,
    ),
    "the project's own": ("{ project { contacts { name } tags { name } apiKeys { name } } }", 3),
    "notifications": (
        # Of checks and of monitors: a statement for each of the two.
        "{ project { notifications { edges { node { channel { contact { name } } watchable { name } } } } } }",
        5,
    ),
}


@contextmanager
def counted(site: Site) -> Iterator[list[str]]:
    """Collect the statements that run meanwhile, those too that do not go through SQLAlchemy."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    async def noted(self: PreparedSelect, database: Database, raw: RawStatement, parameters: Any) -> Any:
        seen.append(raw.text)
        return await fetched(self, database, raw, parameters)

    fetched = PreparedSelect._fetched
    engines = {site.database._reader.sync_engine, site.database._writer.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    with patch.object(PreparedSelect, "_fetched", noted):
        yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
async def filled(site: Site, writer: Asker) -> Asker:
    """A project with several of everything."""
    contacts = [await contact_of(writer, name) for name in "ab"]
    channels = [await channel_of(writer, one, {"email": {"address": "a@example.org"}}) for one in contacts]
    for name in "abc":
        check = await made(writer, name=name, tags=["x", name], contactIds=contacts)
        for kind in (PingKind.START, PingKind.SUCCESS, PingKind.FAIL):
            await pinged(site, check, kind, body=b"words")
        await writer.ask("mutation($i: [ID!]!) { watchablePause(ids: $i) { errors { code } } }", i=[check["id"]])
    world = World(site, writer.project.id, None)
    for name in "abc":
        monitor = await made_monitor(writer, name=name, tags=["x", name], contactIds=contacts)
        record = await stored_monitor(site, monitor)
        [first, _] = (await templates.of_monitors(site.database, site.vault, [record.id]))[record.id]
        wrong = ValidationFailure(FailureKind.VALIDATION, "wrong", first.validations[0].id)
        for outcome in (Outcome.PASS, Outcome.FAIL):
            call = call_result(outcome, site.clock(), template_id=first.id, validation_failures=(wrong,))
            await run(world, record, outcome, calls=[call])
    for channel in channels:
        await writer.ask(TEST, id=channel["id"])
    return writer


@pytest.mark.parametrize("name", REFERENCE)
async def test_a_reference_query_costs_no_more_statements(site: Site, ctx: Context, filled: Asker, name: str) -> None:
    query, expected = REFERENCE[name]

    with counted(site) as statements:
        result = await execute(ctx, Operation(query))

    assert result.errors is None, result.errors
    assert len(statements) == expected, "\n".join(statements)


async def test_many_nodes_cost_one_statement_a_type(site: Site, ctx: Context, filled: Asker) -> None:
    found = await checks.of_project(site.database, ctx.project().id)
    ids = [global_id("Check", check.uuid) for check in found]
    ids += [global_id("Ping", f"{check.uuid}/{number}") for check in found for number in (1, 2)]
    ids += [global_id("Monitor", one.uuid) for one in await monitors.of_project(site.database, ctx.project().id)]

    with counted(site) as statements:
        result = await execute(ctx, Operation("query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }", {"ids": ids}))

    assert result.errors is None, result.errors
    assert len(statements) == 1 + 2 + 1
