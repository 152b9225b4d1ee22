"""The last good answer of a monitor, to be kept beside the failing one."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select

from app.db.reader import Reader
from app.models.tables import calls, runs, watchables
from app.rules.outcomes import Outcome
from app.rules.root_cause import Seen, failing_call
from app.runs.result import RunResult
from app.store.calls import opened_response

LOOKED_AT = 1_000
"""Of a monitor's newest runs, so many are searched for one that passed."""

_GOOD = (Outcome.PASS, Outcome.SLOW)


@dataclass(frozen=True, slots=True)
class GoodRun:
    """A run that passed, and what is still kept of its answer to the step that fails now."""

    run_id: int
    seen: Seen


async def last_good_runs(reader: Reader, failing: Mapping[int, RunResult]) -> dict[int, GoodRun]:
    """Return the newest good run of each of these monitors, which fail now, in two statements."""
    numbers = [row[0] for row in await reader.rows(_numbers(list(failing))) if row[0] is not None]
    if not numbers:
        return {}
    columns = (runs.c.id, runs.c.watchable_id, runs.c.location_id, runs.c.started_at, calls.c.step, calls.c.response)
    found: dict[int, GoodRun] = {}
    with_calls = select(*columns).select_from(runs.outerjoin(calls, calls.c.run_id == runs.c.id))
    for row in await reader.rows(with_calls.where(runs.c.id.in_(numbers)).order_by(runs.c.id, calls.c.step)):
        call = failing_call(failing[row.watchable_id])
        is_same_step = call is not None and call.step == row.step and row.response is not None
        if is_same_step or row.watchable_id not in found:
            response = opened_response(row.response) if is_same_step else None
            found[row.watchable_id] = GoodRun(row.id, Seen(row.started_at, row.location_id, response=response))
    return found


def _numbers(monitor_ids: list[int]) -> Select[*tuple[int | None, ...]]:
    return select(_newest_good()).where(watchables.c.id.in_(monitor_ids))


def _newest_good() -> ColumnElement[int | None]:
    newest = (
        select(runs.c.id, runs.c.outcome)
        .where(runs.c.watchable_id == watchables.c.id)
        .order_by(runs.c.id.desc())
        .limit(LOOKED_AT)
        .correlate(watchables)
        .subquery()
    )
    good = select(newest.c.id).where(newest.c.outcome.in_(_GOOD))
    return good.order_by(newest.c.id.desc()).limit(1).correlate(watchables).scalar_subquery()
