"""What SQL says of checks is what the rules say of their records, at any moment of any history."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, product

import pytest
from sqlalchemy import insert, select

from app.models import WatchableKind
from app.models.tables import checks as check_table
from app.models.tables import watchables
from app.rules.check_state import apply_signal, pause, shown_since, shown_state, time_out
from app.rules.states import PingKind, WatchState
from app.site import Site
from app.store import check_pages, checks
from app.store.check_pages import CheckFilter
from app.store.checks import CheckRecord
from app.store.projects import ProjectRecord
from app.store.shown import since_at, state_at
from tests.conftest import START
from tests.graphql_api.test_statements import counted

PERIOD, GRACE = 60, 50
STEP = 40
"""Seconds between two events: one leaves a check up, two make it late, three take it down."""
EVENTS = ("success", "fail", "start", "start of another run", "pause", "watch", "nothing")


def happened(check: CheckRecord, event: str, at: datetime) -> None:
    match event:
        case "success" | "fail" | "start":
            apply_signal(check, PingKind[event.upper()], at, None)
        case "start of another run":
            apply_signal(check, PingKind.START, at, "another")
        case "pause":
            pause(check, at)
        case "watch":
            time_out(check, at)


def histories(project_id: int) -> list[CheckRecord]:
    """Return a check for each history of up to three events, the last of which is now."""
    found = []
    for events in chain.from_iterable(product(EVENTS, repeat=length) for length in range(4)):
        check = replace(checks.new_check(project_id, " ".join(events), "", START), period=PERIOD, grace=GRACE)
        for number, event in enumerate(events):
            happened(check, event, START + timedelta(seconds=STEP * number))
        found.append(check)
    return found


async def stored(site: Site, found: Sequence[CheckRecord]) -> None:
    """Store checks in two statements, and number them."""
    for number, check in enumerate(found, start=1):
        check.id = number
    rows = [{name: getattr(check, name) for name in checks._NAMES} for check in found]
    shared = [name for name in checks._NAMES if name in watchables.c]
    own = [name for name in checks._NAMES if name not in watchables.c]
    async with site.database.transaction() as unit:
        await unit.execute(
            insert(watchables).values(
                [{"kind": WatchableKind.CHECK, **{name: row[name] for name in shared}} for row in rows]
            )
        )
        await unit.execute(
            insert(check_table).values(
                [{"watchable_id": row["id"], **{name: row[name] for name in own}} for row in rows]
            )
        )


@pytest.fixture
async def everything(site: Site, project: ProjectRecord) -> list[CheckRecord]:
    found = histories(project.id)
    await stored(site, found)
    return found


MOMENTS = [START + timedelta(seconds=seconds) for seconds in (80, 100, 109.999999, 110, 129, 130, 140, 160, 190, 1000)]


async def test_states_and_their_beginnings_are_those_of_the_rules(site: Site, everything: list[CheckRecord]) -> None:
    seen = set()
    for now in MOMENTS:
        statement = select(watchables.c.id, state_at(now), since_at(now)).select_from(watchables.join(check_table))
        said = {row[0]: (row[1], row[2]) for row in await site.database.rows(statement)}

        assert said == {check.id: (shown_state(check, now), shown_since(check, now)) for check in everything}
        seen |= {state for state, _ in said.values()}

    assert seen == {WatchState.NEW, WatchState.UP, WatchState.LATE, WatchState.DOWN}


async def test_checks_are_counted_by_state_in_one_statement(
    site: Site, project: ProjectRecord, everything: list[CheckRecord]
) -> None:
    for now in MOMENTS:
        with counted(site) as statements:
            counts = await check_pages.count_by_state(site.database, project.id, CheckFilter(), now)

        assert counts == Counter(shown_state(check, now) for check in everything)
        assert len(statements) == 1


async def test_no_checks_have_no_states(site: Site, project: ProjectRecord) -> None:
    assert await check_pages.count_by_state(site.database, project.id, CheckFilter(), START) == {}
