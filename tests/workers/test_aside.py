"""The process beside the server runs what it is given, and its end harms no more than what was under way."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.runs.plan import RunPlan, StepPlan
from app.site import Site
from tests.app.receiver import SILENCE, Receiver
from tests.workers.conftest import eventually
from workers import aside as aside_module
from workers.aside import RunBroke, RunsAside

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def aside(site: Site) -> AsyncIterator[RunsAside]:
    async with RunsAside(site) as aside:
        yield aside


def plan(url: str, script: str | None = None, timeout: float = 30) -> RunPlan:
    step = StepPlan(StepRequest("GET", url), post_script=script)
    return RunPlan(1, "Shop", 1, "Ireland", (step,), timeout)


async def test_plans_are_run_at_the_same_time_scripts_and_all(aside: RunsAside) -> None:
    async with Receiver() as receiver, Receiver([SILENCE]) as silent:
        waiting = asyncio.create_task(aside.run(plan(silent.url, timeout=1)))
        passed, scripted = await asyncio.gather(
            aside.run(plan(receiver.url)), aside.run(plan(receiver.url, "console.log('hello ' + (6 * 7))"))
        )
        late = await waiting

    assert (passed.outcome, scripted.outcome, late.outcome) == (Outcome.PASS, Outcome.PASS, Outcome.FAIL)
    assert passed.calls[0].request.href == receiver.url
    assert scripted.logs == ("hello 42",)


async def test_no_process_is_started_before_there_is_something_to_run(site: Site) -> None:
    async with RunsAside(site) as aside:
        assert aside._child is None


async def test_addresses_are_refused_as_the_settings_say(site: Site) -> None:
    settings = site.settings.model_copy(update={"allow_private_targets": False})
    careful = Site(settings, site.clock, site.database, site.vault)
    async with RunsAside(careful) as aside, Receiver() as receiver:
        refused = await aside.run(plan(receiver.url))

    assert refused.failure is not None
    assert refused.failure.code == "ADDRESS_REFUSED"
    assert receiver.requests == []


async def test_a_process_that_is_killed_is_replaced(
    aside: RunsAside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(aside_module, "RESTART_SECONDS", 0.0)
    async with Receiver([SILENCE]) as silent, Receiver() as receiver:
        waiting = asyncio.create_task(aside.run(plan(silent.url)))

        async def asked() -> bool:
            return len(silent.requests) == 1

        await eventually(asked)
        assert aside._child is not None
        aside._child._process.kill()
        with pytest.raises(RunBroke, match="has ended"):
            await asyncio.wait_for(waiting, 20)

        assert (await aside.run(plan(receiver.url))).outcome is Outcome.PASS

    assert "The process that probes has ended; 1 runs are claimed anew" in caplog.text


async def test_what_it_cannot_run_breaks_alone(aside: RunsAside, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Receiver() as receiver:
        with monkeypatch.context() as patched:
            patched.setattr(aside_module, "plan_json", lambda _plan: b"{}")
            with pytest.raises(RunBroke, match="could not run it"):
                await aside.run(plan(receiver.url))
        first = aside._child

        assert (await aside.run(plan(receiver.url))).outcome is Outcome.PASS
        assert aside._child is first


async def test_closing_ends_the_process_and_what_it_does(site: Site) -> None:
    async with Receiver([SILENCE]) as silent:
        async with RunsAside(site) as aside:
            waiting = asyncio.create_task(aside.run(plan(silent.url)))

            async def asked() -> bool:
                return len(silent.requests) == 1

            await eventually(asked)
            child = aside._child
        with pytest.raises(RunBroke):
            await asyncio.wait_for(waiting, 20)

    assert child is not None
    assert child._process.returncode == 0


async def test_a_process_that_does_not_end_is_killed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside_module, "_END_SECONDS", 0.01)
    async with RunsAside(site) as aside, Receiver() as receiver:
        await aside.run(plan(receiver.url))
        child = aside._child
        assert child is not None
        child._process.send_signal(19)  # SIGSTOP: it hears nothing any more

    assert child._process.returncode == -9


async def test_a_process_that_cannot_start_breaks_its_runs(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aside_module.sys, "executable", "/nowhere/python")
    async with RunsAside(site) as aside:
        with pytest.raises(OSError, match="nowhere"):
            await aside.run(plan("http://127.0.0.1/"))
