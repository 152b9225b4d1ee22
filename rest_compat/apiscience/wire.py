"""How monitors, templates, tags and variables are written (specs/apiscience.md sections 4 to 7, 9 and 12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.rules.outcomes import Outcome, ProbeKind
from app.rules.steps import Pairs
from app.site import Site
from app.store import locations, reports, tags, templates
from app.store.monitors import MonitorRecord
from app.store.parts import Listed
from app.store.reports import Figures
from app.store.templates import TemplateHeader, TemplateRecord, ValidationRecord
from app.store.variables import VariableRecord
from rest_compat.apiscience import envelope, inputs, paging
from rest_compat.apiscience.arguments import tags_in
from rest_compat.apiscience.conditions import kind_of, shown_assertion, shown_operator
from rest_compat.apiscience.dialect import v1
from rest_compat.apiscience.envelope import Written
from rest_compat.apiscience.words import number, one_pair_objects, stamp
from rest_compat.routing import Call

SECRET = "********"  # noqa: S105 - what stands for a secret
"""What is shown of the value of a header or variable that is secret."""

_PERCENT = 100


@dataclass(frozen=True, slots=True)
class ShownMonitor:
    """A monitor and what its object is written from besides. `figures` are of the last 24 hours, if it ran in them."""

    monitor: MonitorRecord
    location: str | None
    tags: Sequence[str]
    templates: Sequence[TemplateRecord]
    figures: Figures | None


async def load(site: Site, found: Sequence[MonitorRecord]) -> list[ShownMonitor]:
    """Read what the objects of these monitors need, in as many statements for one as for all."""
    database = site.database
    ids = [monitor.id for monitor in found]
    if not ids:
        return []
    places = await locations.of_monitors(database, ids)
    carried = await tags.of_watchables(database, ids)
    steps = await templates.of_monitors(database, site.vault, ids)
    figures = await reports.day_figures(database, ids, site.clock())
    return [
        ShownMonitor(
            monitor=monitor,
            location=next((place.name for place in places.get(monitor.id, ())), None),
            tags=[tag.name for tag in carried.get(monitor.id, ())],
            templates=steps.get(monitor.id, ()),
            figures=figures.get(monitor.id),
        )
        for monitor in found
    ]


def monitor_url(root: str, monitor_id: int) -> str:
    """Return the address of a monitor; `root` ends with the API's version."""
    return f"{root}/monitors/{monitor_id}.json"


def template_url(root: str, monitor_id: int, template_id: int) -> str:
    """Return the address of a template."""
    return f"{root}/monitors/{monitor_id}/templates/{template_id}.json"


def monitor_object(shown: ShownMonitor, root: str) -> Written:
    """Write a monitor; one that is no multi-step monitor says so, and what it probes."""
    monitor = shown.monitor
    summary = _summary(monitor, shown.figures)
    written = {
        "id": monitor.id,
        "name": monitor.name,
        "frequency": monitor.interval,
        "active": not monitor.paused,
        "shared": False,
        "location": shown.location,
        "tags": list(shown.tags),
        "summary": summary,
        "status": summary,
        "templates": [template_object(template, root) for template in shown.templates],
        "createdAt": stamp(monitor.created_at),
        "updatedAt": stamp(monitor.updated_at),
    }
    if monitor.kind is not ProbeKind.API:
        written |= {"kind": monitor.kind, "address": monitor.address}
    return written


def _summary(monitor: MonitorRecord, figures: Figures | None) -> Written:
    return {
        "status": summary_status(monitor),
        "performance": number(figures.mean_total) if figures else 0,
        "uptime": number(figures.uptime * _PERCENT) if figures else 0,
        "lastCheck": stamp(monitor.last_run_at) if monitor.last_run_at else None,
    }


def summary_status(monitor: MonitorRecord) -> str:
    """Return the word for how a monitor fares: by its latest measured run, wherever that was."""
    if monitor.last_outcome is None:
        return "pending"
    if monitor.paused:
        return "paused"
    return "down" if monitor.last_outcome is Outcome.FAIL else "up"


def template_object(template: TemplateRecord, root: str) -> Written:
    """Write a step under all names that the document has for its parts."""
    parameters = one_pair_objects(template.url_parameters)
    return {
        "id": template.id,
        "self": template_url(root, template.watchable_id, template.id),
        "name": template.name,
        "method": template.method,
        "href": template.url,
        "url": template.url,
        "headers": one_pair_objects(_shown_headers(template.headers)),
        "urlParameters": parameters,
        "params": parameters,
        "body": template.body,
        "preProcessScript": template.pre_process_script,
        "postScript": template.post_script,
        "followRedirects": template.follow_redirects,
        "validations": [validation_object(validation) for validation in template.validations],
        "createdAt": stamp(template.created_at),
        "updatedAt": stamp(template.updated_at),
    }


def _shown_headers(headers: Sequence[TemplateHeader]) -> Pairs:
    return tuple((header.name, SECRET if header.secret else header.value) for header in headers)


def validation_object(validation: ValidationRecord) -> Written:
    """Write a validation; `operator` and `expression` only where its kind has one."""
    kind = kind_of(validation.source, validation.operator)
    written: Written = {"id": validation.id, "kind": kind.name}
    operator = shown_operator(kind, validation.operator)
    if operator is not None:
        written["operator"] = operator
    if kind.has_expression:
        written["expression"] = validation.expression
    written["assertion"] = shown_assertion(kind, validation.expression, validation.expected)
    return written


async def monitor(call: Call, found: MonitorRecord) -> Written:
    """Answer with one monitor."""
    [shown] = await load(call.ctx.site, [found])
    return envelope.one(monitor_object(shown, v1(call.ctx)))


async def monitor_list(call: Call, found: Listed[MonitorRecord]) -> Written:
    """Answer with monitors, each in full, and with links where a part of them was asked for."""
    root = v1(call.ctx)
    objects = [monitor_object(shown, root) for shown in await load(call.ctx.site, found.items)]
    filters = [("tags", tag) for tag in tags_in(call)]
    links = paging.links_if_asked(call, "/monitors", found.total, found.at_most_id, filters)
    return envelope.many(objects, pagination=links)


async def monitors(call: Call, found: Sequence[MonitorRecord]) -> Written:
    """Answer with the monitors that were changed, each in full."""
    root = v1(call.ctx)
    return envelope.many([monitor_object(shown, root) for shown in await load(call.ctx.site, found)])


async def changed_monitor(call: Call, found: MonitorRecord) -> Written:
    """Answer with the monitor, or with its tags where the change was about them alone."""
    if not inputs.is_of_tags_alone(call.body):
        return await monitor(call, found)
    carried = await tags.of_watchables(call.ctx.database, [found.id])
    return envelope.one([tag.name for tag in carried.get(found.id, ())])


async def deleted(_call: Call, _gone: object) -> Written:
    """Answer that something is gone."""
    return envelope.done()


async def template(call: Call, found: TemplateRecord) -> Written:
    """Answer with one template."""
    return envelope.one(template_object(found, v1(call.ctx)))


async def templates_of_monitor(call: Call, found: Sequence[TemplateRecord]) -> Written:
    """Answer with the templates of a monitor; their number under both of its names."""
    root = v1(call.ctx)
    return envelope.many([template_object(each, root) for each in found], count=len(found))


async def tag_list(call: Call, found: Mapping[str, Sequence[int]]) -> Written:
    """Answer with the tags, or with the monitors of each where details are asked for."""
    if not _is_detailed(call):
        return envelope.many(list(found))
    root = v1(call.ctx)
    return envelope.many({tag: [monitor_url(root, each) for each in ids] for tag, ids in found.items()})


def _is_detailed(call: Call) -> bool:
    return call.query.get("detailed", "0").lower() not in {"", "0", "false"}


async def variables(_call: Call, found: Sequence[VariableRecord]) -> Written:
    """Answer with all variables by name; of one that is secret, that it is."""
    written: dict[str, Any] = {each.name: SECRET if each.secret else each.value for each in found}
    return envelope.many(written)
