"""CheckSchedule: how the next ping of a check is foretold."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

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
class Calendar:
    """A ping whenever the expression says so."""

    kind: ClassVar[ScheduleKind]
    expression: str
    timezone: str


class Cron(Calendar):
    """By a cron expression."""

    kind = ScheduleKind.CRON


class OnCalendar(Calendar):
    """By an OnCalendar expression."""

    kind = ScheduleKind.ON_CALENDAR


_CALENDARS: Mapping[ScheduleKind, type[Calendar]] = {calendar.kind: calendar for calendar in (Cron, OnCalendar)}


def schedule_of(root: CheckRecord) -> Period | Calendar:
    """Return the schedule of a check in the form of its kind."""
    if root.schedule_kind is ScheduleKind.PERIOD:
        return Period(root.period)
    return _CALENDARS[root.schedule_kind](root.schedule, root.timezone)


def _next_runs(schedule: Calendar, after: datetime, count: int) -> list[datetime]:
    found: list[datetime] = []
    while len(found) < count:
        last = found[-1] if found else after
        due = next_expected(schedule.kind, 0, schedule.expression, schedule.timezone, last)
        if due is None:
            break
        found.append(due)
    return found


async def _runs(
    root: Calendar,
    info: Info,
    count: Annotated[int, strawberry.argument(description=f"How many: from 1 to {MOST_RUNS}.")] = 3,
) -> list[datetime]:
    if not 1 <= count <= MOST_RUNS:
        raise InvalidInput(f"From 1 to {MOST_RUNS} runs can be foretold.", path=("count",))
    # Walking a calendar costs a good part of a millisecond: in a thread it holds nobody up.
    return await asyncio.to_thread(_next_runs, root, info.context.now(), count)


def _next_runs_field() -> Any:
    return fetched(
        _runs,
        f"The next times that it names, soonest first; at most {MOST_RUNS}.",
        cost=Cost(weight=1, multipliers=["count"]),
    )


@node_type(Period, "A ping is expected every so many seconds.")
class PeriodSchedule:
    """Describes `Period`."""

    period: Duration = stored("From 60 seconds to a year.")


@node_type(Cron, "A ping is expected whenever a cron expression says so.")
class CronSchedule:
    """Describes `Cron`."""

    expression: str = stored("Five fields: minute, hour, day of month, month, day of week.")
    timezone: str = stored("The time zone that the expression is read in.")
    next_runs: list[datetime] = _next_runs_field()


@node_type(OnCalendar, "A ping is expected whenever an OnCalendar expression says so.")
class OnCalendarSchedule:
    """Describes `OnCalendar`."""

    expression: str = stored("Lines as in systemd, which count together; one may end in a time zone of its own.")
    timezone: str = stored("The time zone of lines that name none.")
    next_runs: list[datetime] = _next_runs_field()


CheckSchedule = Annotated[
    PeriodSchedule | CronSchedule | OnCalendarSchedule,
    strawberry.union("CheckSchedule", description="How the next ping of a check is foretold."),
]
