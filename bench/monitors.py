"""Many monitors at once, written by the database itself; they are due evenly over their interval."""

from datetime import timedelta

from sqlalchemy import text

from app.db.migrate import migrate
from app.models import Project
from app.models.columns import to_microseconds
from app.site import Site

_STRIDE = 7919
"""Prime, so that neighbours in the table are due at different times."""

_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM numbers WHERE n < {size})",
    "postgresql": "WITH numbers AS (SELECT n FROM generate_series(1, {size}) AS n)",
}
_INSTANT = {
    "sqlite": ":base + {microseconds}",
    "postgresql": "CAST(:base AS timestamptz) + {microseconds} * interval '1 microsecond'",
}
_INSERTS = (
    """
    INSERT INTO watchables (id, uuid, project_id, kind, name, slug, tags, state, state_since, paused, created_at)
    {numbers} SELECT n, 'watchable ' || n, 1, 'MONITOR', 'monitor ' || n, 'monitor-' || n, '', 'UP', {base}, FALSE,
    {base} FROM numbers
    """,
    """
    INSERT INTO monitors (watchable_id, badge_uuid, kind, address, interval, timeout, retries, locations_down,
    runs_down, runs_up, auto_linked, updated_at)
    {numbers} SELECT n, 'badge ' || n, 'HTTP', '{address}', {seconds}, 40, 0, 1, 1, 1, FALSE, {base} FROM numbers
    """,
    """
    INSERT INTO monitor_locations (watchable_id, location_id, position, due_at, look_at, lease, failures_in_row,
    passes_in_row, unmeasured_in_row, bad)
    {numbers} SELECT n, 1, 0, {spread}, {spread}, 0, 0, 0, 0, FALSE FROM numbers
    """,
)


async def fill(site: Site, size: int, *, address: str, interval: timedelta, group: int = 1) -> None:
    """Make the tables, one project, and so many monitors of this address.

    As many as are of one `group` were made one after the other, so they are due one after the other; groups are in
    any order.
    """
    await migrate(site.database)
    name = site.database.dialect_name
    step = interval / size // timedelta(microseconds=1)
    words = {
        "numbers": _NUMBERS[name].format(size=size),
        "base": _INSTANT[name].format(microseconds=0),
        "spread": _INSTANT[name].format(
            microseconds=f"(CAST(n / {group} AS bigint) * {_STRIDE} % {size // group} * {group} + n % {group}) * {step}"
        ),
        "address": address,
        "seconds": interval // timedelta(seconds=1),
    }
    base = to_microseconds(site.clock()) if site.database.is_sqlite else site.clock()
    async with site.database.transaction() as unit:
        await unit.add(Project(name="Bench", created_at=site.clock()))
        for insert in _INSERTS:
            await unit.execute(text(insert.format(**words)).bindparams(base=base))
    if not site.database.is_sqlite:
        # Which PostgreSQL does by itself, a while after.
        async with site.database.transaction() as unit:
            await unit.execute(text("ANALYZE"))
