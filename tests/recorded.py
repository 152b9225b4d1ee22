"""Runs of monitors as they are recorded, at whatever moment a test says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from app.db.engine import Database
from app.models.tables import locations, runs
from app.pipeline.rollups import add_runs
from app.rules.outcomes import Outcome

PARTS = ("resolve", "connect", "tls", "processing", "transfer", "closing")


def run_at(
    at: datetime, monitor_id: int, location_id: int | None, outcome: Outcome = Outcome.PASS, **milliseconds: float
) -> dict[str, Any]:
    """The row of a run that was recorded then; parts that are not given did not happen."""
    parts = {f"{part}_ms": milliseconds.get(part) for part in PARTS}
    return {
        "watchable_id": monitor_id,
        "location_id": location_id,
        "due_at": at,
        "started_at": at,
        "outcome": outcome,
        **parts,
        "total_ms": sum(milliseconds.values()),
        "download_bytes": 1,
        "failure_phase": None,
        "failure_code": "",
        "failure_message": "",
        "created_at": at,
    }


async def record(database: Database, rows: Sequence[dict[str, Any]], *, at_once: int = 50) -> None:
    """Store runs and their roll-ups, so many in one transaction."""
    for first in range(0, len(rows), at_once):
        batch = rows[first : first + at_once]
        async with database.transaction() as unit:
            await unit.session.execute(insert(runs), batch)
            await add_runs(unit, batch)


async def place_ids(database: Database) -> list[int]:
    """The numbers of the locations that everybody has."""
    return [row.id for row in await database.rows(select(locations.c.id).order_by(locations.c.id))]
