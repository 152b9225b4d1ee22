"""Scripts of one monitor run, step by step (specs/apiscience.md section 9): what a runner calls.

    with pool.session(owner=project, deadline=deadline, clock=clock, facts=facts) as session:
        session.step(template, request)               # what its scripts will see
        request = await session.pre(script)           # if the step has one
        request = await session.filled(request)       # {{names}}
        session.answered(request, response)           # after sending
        await session.post(script)
        await session.validate(script)

`ScriptError` is the script's fault, `InvalidInput` that of what was to be filled in; `Unavailable` is ours, and says
nothing about what is monitored. A run without scripts uses no child process.
"""

import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, NamedTuple, Self

import orjson

from app.clock import Clock
from app.rules.steps import StepRequest, StepResponse
from app.rules.variables import filled_request, looked_up, names_in
from app.scripting.answer import Answer
from app.scripting.engine import RunEngine
from app.scripting.process import ScriptError
from app.scripting.slots import Slots

_MOST_LOGS = 200


class MonitorFacts(NamedTuple):
    """What scripts may know of their monitor."""

    id: int
    name: str
    location: str


class TemplateFacts(NamedTuple):
    """What scripts may know of their template; the one step of an HTTP monitor has none."""

    id: int | None
    name: str | None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is the same in all steps of a run: `variables` are those of the account, JSON values by name."""

    monitor: MonitorFacts
    variables: Mapping[str, Any] = field(default_factory=dict, repr=False)


class ScriptPool:
    """Runs scripts in child processes, one a core, started when they are first needed.

    It belongs to one event loop; `close` ends the children.
    """

    def __init__(self, children: int | None = None) -> None:
        self._slots = Slots(children)
        self._numbers = itertools.count(1)

    def session(self, facts: RunFacts, *, owner: str, deadline: float, clock: Clock) -> "Session":
        """Open the scripts of one monitor run, until the session is left as a context manager.

        `owner` is who shares turns with others fairly (the project), `deadline` the end of the run by the event loop's
        clock: waiting for a turn counts against it.
        """
        engine = RunEngine(self._slots, number=next(self._numbers), owner=owner, deadline=deadline)
        return Session(engine, facts, clock)

    async def close(self) -> None:
        """Kill the children; scripts that run fail."""
        await self._slots.close()


class Session:
    """The scripts of one monitor run; made by `ScriptPool.session`. One call at a time."""

    def __init__(self, engine: RunEngine, facts: RunFacts, clock: Clock) -> None:
        self._engine = engine
        self._facts = facts
        self._clock = clock
        self._request = StepRequest("", "")
        self._has_run = False
        self._happened: list[tuple[str, Any]] = []
        self.logs: list[str] = []
        """What scripts printed, for diagnostics; bounded."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.close()

    def step(self, template: TemplateFacts, request: StepRequest) -> None:
        """Begin a step; what was answered before becomes `previous` and part of `history`."""
        self._request = request
        self._happened.append(("step", {"template": template._asdict(), "request": _request(request)}))

    async def pre(self, script: str) -> StepRequest:
        """Run the script before the step's request; return the request as the script left it."""
        answer = await self._run(script, request=True)
        self._request = replace(self._request, **answer.request)
        return self._request

    async def filled(self, request: StepRequest) -> StepRequest:
        """Return the request with its `{{names}}` filled in, by what scripts made or the account's variables."""
        names = names_in(request)
        if not names:
            return request
        values = looked_up(names, self._facts.variables)
        if self._has_run:
            values |= (await self._run(None, names=names)).values
        return filled_request(request, values)

    def answered(self, request: StepRequest, response: StepResponse | None) -> None:
        """Let scripts see the request as it was sent, and what came; None when nothing did."""
        seen = {"request": _request(request), "response": response and _response(response)}
        self._happened.append(("answer", seen))

    async def post(self, script: str) -> None:
        """Run the script after the step's response."""
        await self._run(script)

    async def validate(self, script: str) -> None:
        """Run a validation: it passes if it does not throw."""
        await self._run(script)

    async def _run(self, script: str | None, *, request: bool = False, names: tuple[str, ...] = ()) -> Answer:
        task = {
            "at": int(self._clock().timestamp() * 1000),
            "events": self._happened if self._has_run else [("open", _opening(self._facts)), *self._happened],
            "script": script,
            "request": request,
            "names": names,
        }
        answer = await self._engine.run(task)
        # A script that was stopped left nothing behind: then the next one is told all this again.
        self._happened = []
        self._has_run = True
        self.logs += answer.logs[: _MOST_LOGS - len(self.logs)]
        if answer.error is not None:
            raise ScriptError(answer.error)
        return answer


def _opening(facts: RunFacts) -> dict[str, Any]:
    seed = [secrets.randbits(32) for _ in range(3)]
    # By json: orjson refuses numbers beyond 64 bits, which JavaScript rounds.
    variables = orjson.Fragment(json.dumps(dict(facts.variables)))
    return {"monitor": facts.monitor._asdict(), "variables": variables, "seed": seed}


def _request(request: StepRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "href": request.href,
        "headers": request.headers,
        "params": request.params,
        "body": request.body,
    }


def _response(response: StepResponse) -> dict[str, Any]:
    return {
        "status": response.status,
        "headers": response.headers,
        "body": response.body,
        "statistics": dict(response.statistics),
    }
