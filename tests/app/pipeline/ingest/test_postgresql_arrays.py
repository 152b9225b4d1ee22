"""Rows that travel as arrays arrive as they were."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.pipeline.ingest.postgresql_arrays import Arrays
from tests.world import World

COLUMNS = {"number": "bigint", "short": "integer", "word": "text", "at": "timestamp with time zone", "body": "bytea"}
AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "rows",
    [
        [(1, 2, "a", AT, b"\x00\xff")],
        [(2**63 - 1, None, None, None, None), (-(2**63), 0, "", AT, b"")],
        [(1, None, '{"NULL", \\, }', None, None), (2, None, "NULL", None, None)],
        [(number, number % 7, str(number), AT, None) for number in range(500)],
    ],
    ids=["one", "extremes", "texts like arrays", "many"],
)
async def test_rows_arrive_as_they_were(world: World, rows: list[tuple[Any, ...]]) -> None:
    arrays = Arrays(COLUMNS)
    async with world.site.database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        found = await driver.fetch(
            f"SELECT * FROM {arrays.unnested()} AS new({', '.join(arrays.names)})", *arrays.of(rows)
        )

    assert [tuple(row) for row in found] == rows


def test_parameters_are_numbered_from_the_first() -> None:
    assert Arrays({"a": "bigint", "b": "text"}).unnested(5) == "unnest($5::text::bigint[], $6::text[])"
