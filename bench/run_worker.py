"""Whole runs of monitors, as a worker has them, in a process of its own.

From the message that orders a batch, by way of requests and validations, to the results in the database.
`python -m bench.run_worker URL AUTHORITIES SECONDS VALIDATIONS RECORDED` prints how many there were, and the seconds of
processor and of clock that they took. The monitors have one step with so many validations (1 or 2). RECORDED is `yes`
or `no`: without it, results end where the worker hands them to whoever records them. To claim what is due is the
scheduler's, and not counted.
"""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import uvloop

import workers.probing
from app.clock import system_clock
from app.db.engine import Database
from app.db.migrate import migrate
from app.db.outbox import Message
from app.main import settle_interpreter
from app.models import Project
from app.pipeline.decisions import RunReport
from app.pipeline.due import order_runs
from app.pipeline.renderers import Renderers
from app.rules.due_times import FEW_AT_ONCE
from app.rules.outcomes import Outcome, ProbeKind
from app.rules.validations import ValidationOperator, ValidationSource
from app.runs.plan import RunPlan
from app.runs.result import RunResult
from app.runs.runner import Runner
from app.security.keys import Vault
from app.settings import Settings
from app.site import Site
from app.store import locations, monitor_places, monitors, template_changes
from app.store.monitor_changes import TemplateChanges, ValidationInput, checked_new_template
from workers.home import Home
from workers.probing import Probing

MONITORS = 1000
INTERVAL = 60
_VALIDATIONS = (
    ValidationInput(source=ValidationSource.STATUS, operator=ValidationOperator.EQUALS, expected="200"),
    ValidationInput(source=ValidationSource.BODY, operator=ValidationOperator.CONTAINS, expected="xxx"),
)
_NOBODY_IS_TOLD = Renderers(lambda _check, _told, _now: "")


class _Clock:
    """Stands still but for a step from one round to the next."""

    def __init__(self) -> None:
        self.now = system_clock()

    def __call__(self) -> datetime:
        return self.now


class _Counting:
    """A runner that counts the runs that passed."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self.passed = 0

    async def run(self, plan: RunPlan) -> RunResult:
        result = await self._runner.run(plan)
        self.passed += result.outcome is Outcome.PASS
        return result


async def _left(_site: Site, results: Sequence[RunReport]) -> int:
    """Record nothing."""
    return len(results)


async def _measure(url: str, authorities: str, seconds: float, validations: int) -> tuple[int, float, float]:
    with TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as folder:
        sent: list[Message] = []
        clock = _Clock()
        settings = Settings(database_url=f"sqlite:///{folder}/runs.sqlite3", secret_key="a secret of the benchmark")  # type: ignore[arg-type]  # pydantic's
        database = Database(settings.resolved_database_url, deliver=sent.extend)
        site = Site(settings, clock, database, Vault(settings.site_secret))
        await migrate(database)
        await _fill(site, url, validations)
        try:
            async with Runner(allow_private=True, clock=clock, authorities=authorities) as runner:
                return await _rounds(site, clock, _Counting(runner), sent, seconds)
        finally:
            await database.close()


async def _rounds(
    site: Site, clock: _Clock, runner: _Counting, sent: list[Message], seconds: float
) -> tuple[int, float, float]:
    """Run all monitors, again and again; the first round, which also reads the authorities, does not count."""
    done, cpu, clocked = 0, 0.0, 0.0
    await _round(site, runner, sent)
    while clocked < seconds:
        clock.now += timedelta(seconds=INTERVAL)
        taken, passed = await _round(site, runner, sent)
        done, cpu, clocked = done + MONITORS, cpu + taken, clocked + passed
    if runner.passed != done + MONITORS:
        raise RuntimeError(f"Of {done + MONITORS} runs {runner.passed} passed")
    return done, cpu, clocked


async def _round(site: Site, runner: _Counting, sent: list[Message]) -> tuple[float, float]:
    """Run every monitor once; return the seconds of processor and of clock from the messages to the end."""
    while await order_runs(site):
        pass
    cpu, start = process_time(), perf_counter()
    probing = Probing(Home.here(site, _NOBODY_IS_TOLD), lambda _site: nullcontext(runner))
    for message in sent:
        await probing.run_batch(str(message.arguments[0]))
    await probing.close()
    sent.clear()
    return process_time() - cpu, perf_counter() - start


async def _fill(site: Site, url: str, validations: int) -> None:
    """Store a project with monitors that are due now."""
    now = site.clock()
    step = TemplateChanges(name="home", url=url, validations=_VALIDATIONS[:validations])
    async with site.database.transaction() as unit:
        project = Project(name="Bench", created_at=now)
        await unit.add(project)
        numbers = []
        for number in range(MONITORS):
            monitor = monitors.new_monitor(project.id or 0, ProbeKind.API, f"monitor {number}", INTERVAL, now)
            await monitors.add(unit, monitor)
            numbers.append(monitor.id)
        await template_changes.replace(unit, site.vault, numbers, [checked_new_template(step)], now)
        [place, *_] = await locations.of_project(unit, project.id or 0)
        await monitor_places.place(unit, numbers, [place.id])
        for first in range(0, MONITORS, FEW_AT_ONCE):  # more of them would be spread over half a minute
            await monitor_places.start(unit, numbers[first : first + FEW_AT_ONCE], now)


if __name__ == "__main__":
    settle_interpreter()
    _, url, authorities, seconds, validations, recorded = sys.argv
    if recorded == "no":
        setattr(workers.probing, "record_results", _left)  # noqa: B010 - mypy would have it be what it stands in for
    print(*uvloop.run(_measure(url, authorities, float(seconds), int(validations))))
