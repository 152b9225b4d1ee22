"""What a message says of a monitor: why it went down, as its outage has it, and the runs that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.channels.message import AlertEvent, FailedCall, MonitorFacts, RunGlance
from app.db.reader import AnyRow, Reader
from app.models.tables import alerts, locations, outages, runs, templates
from app.pipeline.about import About
from app.pipeline.monitor_json import monitor_json
from app.pipeline.renderers import MonitorObjects
from app.rules.outcomes import Outcome
from app.rules.shown_urls import shown_url
from app.site import Site
from app.store import calls, tags
from app.store import locations as location_store
from app.store import runs as run_store
from app.store.calls import CallRecord
from app.store.history import FlipRecord
from app.store.monitors import MonitorRecord
from app.store.runs import RunRecord

MOST_PLACES = 20
"""Of the places that found a monitor down, so many are named."""

_PASSED = (Outcome.PASS, Outcome.SLOW)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What shows that a monitor is down, or up: its outage, the run that decided, the last good one before it."""

    outage: AnyRow | None
    run_id: int | None
    good_id: int | None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A run as it is told of, and the first of its calls that failed."""

    glance: RunGlance
    failed_call: FailedCall | None


async def about_monitor(
    site: Site, monitor: MonitorRecord, event: AlertEvent, flip: FlipRecord, objects: MonitorObjects | None
) -> About:
    """Return what is told of a monitor whose state changed by this flip; with `objects`, also as they write it."""
    reader = site.database
    evidence = await _evidence(reader, event, flip)
    names = tuple(tag.name for tag in (await tags.of_watchables(reader, [monitor.id])).get(monitor.id, ()))
    subject = await _subject(site, monitor, event, evidence)
    return About(
        tags=names,
        # Whoever follows it is asked for a key.
        url=f"{site.site_root}/graphql?monitor={monitor.uuid}",
        json=monitor_json(monitor, names, subject.address),
        subject=subject,
        objects=await objects(monitor, evidence.run_id) if objects else None,
    )


async def _subject(site: Site, monitor: MonitorRecord, event: AlertEvent, evidence: _Evidence) -> MonitorFacts:
    reader, outage = site.database, evidence.outage
    shown = await _shown(site, [each for each in (evidence.run_id, evidence.good_id) if each is not None])
    run, good = (None if number is None else shown.get(number) for number in (evidence.run_id, evidence.good_id))
    is_up = event is AlertEvent.UP
    return MonitorFacts(
        address=shown_url(monitor.address),
        steps=await _steps(reader, monitor.id),
        cause=outage.cause_summary if outage else "",
        locations=() if is_up or outage is None else await _bad_places(reader, outage.id, event),
        failed_call=run.failed_call if run else None,
        run=run.glance if run else None,
        good_run=good.glance if good else None,
    )


async def _evidence(reader: Reader, event: AlertEvent, flip: FlipRecord) -> _Evidence:
    outage = await _outage(reader, flip)
    if event is AlertEvent.UP:
        return _Evidence(outage, await _passing_run(reader, flip), None)
    return _Evidence(outage, outage.bad_run_id if outage else None, outage.good_run_id if outage else None)


async def _outage(reader: Reader, flip: FlipRecord) -> AnyRow | None:
    """Return the outage that the flip began or ended: the newest that had begun by then."""
    begun = select(outages).where(outages.c.watchable_id == flip.watchable_id, outages.c.started_at <= flip.at)
    return await reader.row(begun.order_by(outages.c.id.desc()).limit(1))


async def _passing_run(reader: Reader, flip: FlipRecord) -> int | None:
    """Return the newest run that passed and had begun when the monitor came up."""
    passed = (runs.c.watchable_id == flip.watchable_id) & runs.c.outcome.in_(_PASSED) & (runs.c.started_at <= flip.at)
    row = await reader.row(select(runs.c.id).where(passed).order_by(runs.c.id.desc()).limit(1))
    return row[0] if row else None


async def _bad_places(reader: Reader, outage_id: int, event: AlertEvent) -> tuple[str, ...]:
    """Name the places that found it down; those alone that still do when it is told again."""
    found = alerts.c.outage_id == outage_id
    if event is AlertEvent.REMINDER:
        found &= alerts.c.resolved_at.is_(None)
    named = select(locations.c.name).join(alerts, alerts.c.location_id == locations.c.id).where(found)
    rows = await reader.rows(named.group_by(locations.c.id).order_by(func.min(alerts.c.id)).limit(MOST_PLACES))
    return tuple(row.name for row in rows)


async def _steps(reader: Reader, monitor_id: int) -> int:
    """Return how many requests a run of the monitor makes: one where it has no templates."""
    row = await reader.row(select(func.count()).select_from(templates).where(templates.c.watchable_id == monitor_id))
    return max(row[0], 1) if row else 1


async def _shown(site: Site, run_ids: Sequence[int]) -> dict[int, _Shown]:
    """Return the runs with these numbers that are still kept, by number."""
    reader = site.database
    found = await run_store.by_ids(reader, run_ids)
    made = await calls.of_runs(reader, site.vault, run_ids)
    places = await location_store.by_ids(
        reader, [run.location_id for run in found.values() if run.location_id is not None]
    )
    names = {number: place.name for number, place in places.items()}
    return {number: _glance(run, made.get(number, ()), names) for number, run in found.items()}


def _glance(run: RunRecord, made: Sequence[CallRecord], names: Mapping[int, str]) -> _Shown:
    glance = RunGlance(
        at=run.started_at,
        location=names.get(run.location_id or 0, ""),
        statuses=tuple(call.status_code for call in made if call.status_code is not None),
        phases=run.phases,
        total_ms=run.total_ms,
    )
    failed = next((call for call in made if call.outcome is Outcome.FAIL), None)
    return _Shown(glance, None if failed is None else _failed_call(failed, run.failure_message))


def _failed_call(call: CallRecord, failure: str) -> FailedCall:
    messages = tuple(each.message for each in call.validation_failures)
    return FailedCall(
        step=call.step,
        name=call.template_name or "",
        method=call.request.method if call.request else "",
        url=shown_url(call.request.href) if call.request else "",
        status=call.status_code,
        failures=messages or tuple(filter(None, (failure,))),
    )
