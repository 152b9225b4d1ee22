"""What workers need to run monitors, read for many in five statements."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.db.reader import Reader
from app.rules.outcomes import ProbeKind
from app.rules.steps import StepRequest
from app.rules.validations import Validation, ValidationOperator, ValidationSource
from app.rules.variables import spelled
from app.runs.plan import RunPlan, StepPlan
from app.security.keys import Vault
from app.store import locations, monitors, templates, variables
from app.store.monitors import MonitorRecord
from app.store.templates import TemplateRecord
from app.store.variables import VariableRecord

_ANSWERS_WELL = Validation(ValidationSource.STATUS, ValidationOperator.IN, expected="2xx,3xx")

Place = tuple[int, int]
"""The numbers of a monitor and of a location."""


async def plans(reader: Reader, vault: Vault, places: Sequence[Place]) -> dict[Place, RunPlan]:
    """Return how to run each of these monitors from its location; those that are gone are left out."""
    monitor_ids = sorted({monitor_id for monitor_id, _ in places})
    found = await monitors.by_ids(reader, monitor_ids)
    steps = await templates.of_monitors(reader, vault, monitor_ids)
    known = await locations.by_ids(reader, sorted({location_id for _, location_id in places}))
    project_ids = sorted({monitor.project_id for monitor in found.values()})
    values = await variables.of_projects(reader, vault, project_ids)
    return {
        place: run_plan(
            found[place[0]],
            known[place[1]].name,
            steps.get(place[0], ()),
            values.get(found[place[0]].project_id, ()),
        )
        for place in places
        if place[0] in found and place[1] in known
    }


def run_plan(
    monitor: MonitorRecord, location_name: str, steps: Iterable[TemplateRecord], values: Iterable[VariableRecord]
) -> RunPlan:
    """Return how to run the monitor from a location, given its templates and the variables of its project."""
    values = list(values)
    return RunPlan(
        monitor_id=monitor.id,
        monitor_name=monitor.name,
        project_id=monitor.project_id,
        location_name=location_name,
        steps=tuple(map(_step, steps)) if monitor.kind is ProbeKind.API else (_address_step(monitor.address),),
        timeout=float(monitor.timeout),
        retries=monitor.retries,
        degraded_above_ms=monitor.degraded_above_ms,
        variables={one.name: one.value for one in values},
        secrets=tuple(dict.fromkeys(text for one in values if one.secret for text in _texts(one.value) if text)),
    )


def _address_step(address: str) -> StepPlan:
    request = StepRequest("GET", address)
    return StepPlan(request, follow_redirects=True, validations=((None, _ANSWERS_WELL),))


def _step(template: TemplateRecord) -> StepPlan:
    headers = tuple((header.name, header.value) for header in template.headers)
    conditions = (
        (one.id, Validation(one.source, one.operator, one.expression, one.expected)) for one in template.validations
    )
    return StepPlan(
        request=StepRequest(template.method, template.url, headers, template.url_parameters, template.body),
        template_id=template.id,
        name=template.name,
        follow_redirects=template.follow_redirects,
        timeout=None if template.timeout is None else float(template.timeout),
        pre_process_script=template.pre_process_script,
        post_script=template.post_script,
        validations=tuple(conditions),
        secrets=tuple(header.value for header in template.headers if header.secret and header.value),
    )


def _texts(value: Any) -> Iterator[str]:
    """Yield every text by which a secret value can stand in a request: as a whole, and part by part."""
    match value:
        case None | bool():
            return
        case dict():
            parts = list(value.values())
        case list():
            parts = value
        case _:
            parts = []
    yield spelled(value)
    for part in parts:
        yield from _texts(part)
