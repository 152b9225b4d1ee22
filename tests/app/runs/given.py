"""Plans as tests need them."""

from app.rules.steps import StepRequest
from app.rules.validations import ValidationOperator, ValidationSource, checked
from app.runs.plan import RunPlan, StepPlan

GENEROUS = 300.0  # seconds: no test waits for it

S, Op = ValidationSource, ValidationOperator
OK = checked(S.STATUS, Op.EQUALS, None, "200")


def script(text):
    return checked(S.JAVASCRIPT, Op.PASSES, text, None)


def body_has(text):
    return checked(S.BODY, Op.CONTAINS, None, text)


def step(href, *validations, method="GET", headers=(), params=(), body=None, **options):
    """A step whose validations are numbered from 1."""
    request = StepRequest(method, href, headers, params, body)
    return StepPlan(request, validations=tuple(enumerate(validations, 1)), **options)


def plan(*steps, timeout=GENEROUS, project_id=5, **options):
    return RunPlan(7, "Shop", project_id, "Ireland", steps, timeout, **options)
