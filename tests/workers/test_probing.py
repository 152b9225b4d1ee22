"""A batch of runs on its own: each begins in its time, fails alone, and goes home with those that end beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from app.probes.result import PhaseTimes
from app.rules.outcomes import Outcome
from app.runs.messages import pack_orders
from app.runs.plan import RunClaim, RunOrder, RunPlan
from app.runs.result import RunResult
from app.site import Site
from tests.conftest import START
from tests.workers.conftest import no_json
from workers import probing as probing_module
from workers.home import Home
from workers.probing import Probing, Result

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PASSED = RunResult(START, START, Outcome.PASS, PhaseTimes(), 0, ())


@dataclass
class Desk:
    """Runs that do what their names say, and what was recorded of them, in the groups in which it came."""

    site: Site
    recorded: list[list[int]] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    opened: int = 0
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    refusal: Exception | None = None

    @asynccontextmanager
    async def runs(self, _site: Site) -> AsyncIterator["Desk"]:
        self.opened += 1
        yield self
        self.opened -= 1

    async def run(self, plan: RunPlan) -> RunResult:
        self.begun.append(plan.monitor_name)
        if plan.monitor_name == "broken":
            raise RuntimeError("s3cr3t")
        if plan.monitor_name == "slow":
            await self.may_end.wait()
        return PASSED

    async def record(self, _site: Site, results: Sequence[Result]) -> int:
        if self.refusal is not None:
            raise self.refusal
        self.recorded.append([claim.monitor_id for claim, _ in results])
        return len(results)

    def batch(self, *names: str, seconds: float = 10, timeout: float = 40, last_project: int = 1) -> str:
        orders = [
            RunOrder(
                RunClaim(number, 1, START, 1),
                RunPlan(number, name, 1 if number < len(names) else last_project, "Ireland", (), timeout),
                self.site.clock() + timedelta(seconds=seconds),
            )
            for number, name in enumerate(names, 1)
        ]
        [message] = pack_orders(self.site.vault, orders)
        return message


@pytest.fixture
def desk(site: Site, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk(site)
    monkeypatch.setattr(probing_module, "record_results", desk.record)
    monkeypatch.setattr(probing_module, "FINISH_SECONDS", 0.05)
    return desk


@pytest.fixture
async def probing(desk: Desk) -> AsyncIterator[Probing]:
    probing = Probing(Home.here(desk.site, no_json), desk.runs)
    yield probing
    await probing.close()
    assert desk.opened == 0


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.001)


async def test_what_ends_together_is_recorded_together(desk: Desk, probing: Probing) -> None:
    await probing.run_batch(desk.batch("one", "slow", "three"))
    await until(lambda: bool(desk.recorded))
    desk.may_end.set()
    await until(lambda: len(desk.recorded) == 2)

    assert desk.recorded == [[1, 3], [2]]
    assert desk.opened == 1


async def test_no_more_go_together_than_can_be_recorded_in_time(
    desk: Desk, probing: Probing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing_module, "RECORDED_AT_ONCE", 2)

    await probing.run_batch(desk.batch(*"abcde"))
    await until(lambda: len(desk.recorded) == 3)

    assert desk.recorded == [[1, 2], [3, 4], [5]]


async def test_a_run_that_breaks_fails_alone(desk: Desk, probing: Probing, caplog: pytest.LogCaptureFixture) -> None:
    await probing.run_batch(desk.batch("one", "broken", "three"))
    await until(lambda: bool(desk.recorded))

    assert desk.recorded == [[1, 3]]
    assert "The run of monitor 2 failed (RuntimeError)" in caplog.text
    assert "s3cr3t" not in caplog.text


async def test_a_run_that_does_not_end_in_time_is_ended(
    desk: Desk, probing: Probing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(probing_module, "_GRACE_SECONDS", 0.01)

    await probing.run_batch(desk.batch("slow", "two", timeout=0.01))
    await until(lambda: "The run of monitor 1 did not end in time" in caplog.text)
    await until(lambda: bool(desk.recorded))

    assert desk.recorded == [[2]]


async def test_a_run_begins_when_another_has_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing_module, "RUNS_AT_ONCE", 1)
    probing = Probing(Home.here(desk.site, no_json), desk.runs)

    begun = asyncio.create_task(probing.run_batch(desk.batch("slow", "two")))
    await until(lambda: bool(desk.begun))
    assert desk.begun == ["slow"]
    desk.may_end.set()
    await asyncio.wait_for(begun, 20)
    await until(lambda: sum(map(len, desk.recorded)) == 2)

    assert desk.begun == ["slow", "two"]
    await probing.close()


async def test_a_project_with_many_silent_targets_keeps_no_other_from_its_runs(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing_module, "RUNS_AT_ONCE", 3)
    monkeypatch.setattr(probing_module, "SLOW_RUNS", 0)
    probing = Probing(Home.here(desk.site, no_json), desk.runs)

    begun = asyncio.create_task(probing.run_batch(desk.batch("slow", "slow", "slow", "good", last_project=2)))
    await until(lambda: bool(desk.recorded))

    assert desk.recorded == [[4]]
    assert desk.begun == ["slow", "slow", "good"]
    desk.may_end.set()
    await asyncio.wait_for(begun, 20)
    await probing.close()


async def test_a_run_that_waited_too_long_for_its_turn_is_left_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(probing_module, "RUNS_AT_ONCE", 1)
    probing = Probing(Home.here(desk.site, no_json), desk.runs)

    await asyncio.wait_for(probing.run_batch(desk.batch("slow", "two", "three", seconds=0.01)), 20)

    assert desk.begun == ["slow"]
    assert "No room in time for 2 of 3 runs" in caplog.text
    await probing.close()
    assert desk.recorded == []


async def test_results_that_the_database_refuses_are_dropped_and_the_next_go_on(
    desk: Desk, probing: Probing, caplog: pytest.LogCaptureFixture
) -> None:
    desk.refusal = ConnectionError("away")
    await probing.run_batch(desk.batch("one", "two"))
    await until(lambda: "2 results could not be recorded" in caplog.text)
    desk.refusal = None

    await probing.run_batch(desk.batch("one"))
    await until(lambda: bool(desk.recorded))

    assert desk.recorded == [[1]]


async def test_closing_records_what_has_ended_and_cancels_the_rest(desk: Desk, probing: Probing) -> None:
    await probing.run_batch(desk.batch("one", "slow"))

    await probing.close()

    assert desk.recorded == [[1]]
    assert desk.opened == 0


async def test_what_is_to_stop_begins_nothing(desk: Desk, probing: Probing) -> None:
    probing.is_stopping = True

    await probing.run_batch(desk.batch("one"))

    assert desk.begun == []


async def test_when_nothing_can_be_run_a_batch_is_dropped_and_the_next_is_tried(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures: list[Exception] = [OSError("no more files")]

    @asynccontextmanager
    async def runs(site: Site) -> AsyncIterator[Desk]:
        if failures:
            raise failures.pop()
        async with desk.runs(site) as opened:
            yield opened

    probing = Probing(Home.here(desk.site, no_json), runs)

    await probing.run_batch(desk.batch("one"))
    await probing.run_batch(desk.batch("one"))
    await until(lambda: bool(desk.recorded))
    await probing.close()

    assert "A batch of runs could not be begun" in caplog.text
    assert desk.recorded == [[1]]
