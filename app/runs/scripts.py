"""The scripts of a run, within its time."""

from app.rules.steps import StepRequest, StepResponse
from app.runs.budget import Budget
from app.scripting.session import Session, TemplateFacts


class RunScripts:
    """A session of scripts whose every call takes of the run's budget, and raises as `Budget.on_us` does.

    A run that is not `scripted` tells it nothing, as nobody will ask: its bodies need not be kept.
    """

    def __init__(self, session: Session, budget: Budget, *, scripted: bool) -> None:
        self._session = session
        self._budget = budget
        self.scripted = scripted

    @property
    def logs(self) -> list[str]:
        """What was printed so far."""
        return self._session.logs

    def step(self, template: TemplateFacts, request: StepRequest) -> None:
        """Begin a step."""
        if self.scripted:
            self._session.step(template, request)

    async def pre(self, script: str) -> StepRequest:
        """Return the request as the script before it leaves it."""
        return await self._budget.on_us(self._session.pre, script)

    async def filled(self, request: StepRequest) -> StepRequest:
        """Return the request with its `{{names}}` filled in."""
        return await self._budget.on_us(self._session.filled, request)

    def answered(self, request: StepRequest, response: StepResponse | None) -> None:
        """Tell what was sent, and what came."""
        if self.scripted:
            self._session.answered(request, response)

    async def post(self, script: str) -> None:
        """Run the script after the response."""
        await self._budget.on_us(self._session.post, script)

    async def validate(self, script: str) -> None:
        """Run a validation."""
        await self._budget.on_us(self._session.validate, script)
