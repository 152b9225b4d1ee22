"""CheckSchedule: how the next ping of a check is foretold."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import strawberry

from app.errors import InvalidInput
from app.rules.schedules import next_expected
from app.rules.states import ScheduleKind
from app.store.checks import CheckRecord
from graphql_api.cost import Cost
from graphql_api.fields import Info, fetched, node_type, stored
from graphql_api.scalars import Duration

MOST_RUNS = 20


@dataclass(frozen=True, slots=True)
class Period:
    """A ping every so many seconds."""

    period: int


@dataclass(frozen=True, slots=True)
class Cron:
    """A ping whenever the expression says so."""

    expression: str
    timezone: str


def schedule_of(root: CheckRecord) -> Period | Cron:
    """Return the schedule of a check in the form of its kind."""
    if root.schedule_kind is ScheduleKind.PERIOD:
        return Period(root.period)
    return Cron(root.schedule, root.timezone)


def _next_runs(schedule: Cron, after: datetime, count: int) -> list[datetime]:
    found: list[datetime] = []
    while len(found) < count:
        due = next_expected(ScheduleKind.CRON, 0, schedule.expression, schedule.timezone, found[-1] if found else after)
        if due is None:
            break
        found.append(due)
    return found


async def _runs(
    root: Cron,
    info: Info,
    count: Annotated[int, strawberry.argument(description=f"How many: from 1 to {MOST_RUNS}.")] = 3,
) -> list[datetime]:
    if not 1 <= count <= MOST_RUNS:
        raise InvalidInput(f"From 1 to {MOST_RUNS} runs can be foretold.", path=("count",))
    # Walking a calendar costs a good part of a millisecond: in a thread it holds nobody up.
    return await asyncio.to_thread(_next_runs, root, info.context.now(), count)


@node_type(Period, "A ping is expected every so many seconds.")
class PeriodSchedule:
    """Describes `Period`."""

    period: Duration = stored("From 60 seconds to a year.")


@node_type(Cron, "A ping is expected whenever a cron expression says so.")
class CronSchedule:
    """Describes `Cron`."""

    expression: str = stored("Five fields: minute, hour, day of month, month, day of week.")
    timezone: str = stored("The time zone that the expression is read in.")
    next_runs: list[datetime] = fetched(
        _runs,
        f"The next times that it names, soonest first; at most {MOST_RUNS}.",
        cost=Cost(weight=1, multipliers=["count"]),
    )


CheckSchedule = Annotated[
    PeriodSchedule | CronSchedule,
    strawberry.union("CheckSchedule", description="How the next ping of a check is foretold."),
]
