"""Alerts and outages: opened and closed with the verdicts, in their transaction.

An alert is open while its place is bad, an outage while its monitor is DOWN. The outage keeps why it began, with the
failing run beside the last good one (GRAPHQL.md section 6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update

from app.db.unit_of_work import UnitOfWork
from app.ids import new_uuid
from app.models.tables import alerts, monitor_locations, outages
from app.pipeline.decisions import Decision
from app.pipeline.last_good import GoodRun, last_good_runs
from app.pipeline.run_rows import MESSAGE_LENGTH, storable
from app.rules.root_cause import LONGEST_TEXT, Evidence, FailingRun, Seen, finding, root_cause
from app.rules.states import WatchState
from app.rules.verdicts import Turn
from app.store.outages import packed_evidence

_CLOSE_OUTAGE = (
    update(outages)
    .where(outages.c.watchable_id == bindparam("monitor"), outages.c.resolved_at.is_(None))
    .values(resolved_at=bindparam("ended_at"))
)
_WIDEN_OUTAGE = (
    update(outages)
    .where(
        outages.c.watchable_id == bindparam("monitor"),
        outages.c.resolved_at.is_(None),
        outages.c.locations_down < bindparam("places"),
    )
    .values(locations_down=bindparam("places"))
)
_CLOSE_ALERT = (
    update(alerts)
    .where(
        alerts.c.watchable_id == bindparam("monitor"),
        alerts.c.location_id == bindparam("place"),
        alerts.c.resolved_at.is_(None),
    )
    .values(resolved_at=bindparam("ended_at"))
)
_IS_BAD = exists().where(
    monitor_locations.c.watchable_id == alerts.c.watchable_id,
    monitor_locations.c.location_id == alerts.c.location_id,
    monitor_locations.c.bad,
    monitor_locations.c.due_at.is_not(None),
)
_CLOSE_LEFT_ALERTS = (
    update(alerts)
    .where(alerts.c.watchable_id == bindparam("monitor"), alerts.c.resolved_at.is_(None), ~_IS_BAD)
    .values(resolved_at=bindparam("ended_at"))
)
_JOIN_ALERTS = (
    update(alerts)
    .where(alerts.c.watchable_id == bindparam("monitor"), alerts.c.resolved_at.is_(None))
    .values(outage_id=bindparam("outage"))
)


async def record(unit: UnitOfWork, decisions: Sequence[Decision], now: datetime) -> None:
    """Write what the decisions mean for alerts and outages; call it once their places are stored.

    The number of statements does not grow with that of the decisions, and is none when no place turned.
    """
    ended = [each for each in decisions if each.change and each.change.from_state is WatchState.DOWN]
    begun = [each for each in decisions if each.change and each.change.to_state is WatchState.DOWN]
    turned = [each for each in decisions if each.turn is not Turn.NONE]
    await _many(unit, _CLOSE_ALERT, [
        {"monitor": each.monitor.id, "place": each.place.location_id, "ended_at": each.at} for each in turned
    ])  # fmt: skip
    closed = [{"monitor": each.monitor.id, "ended_at": each.change.at} for each in (*ended, *begun) if each.change]
    await _many(unit, _CLOSE_OUTAGE, closed)
    await _many(unit, _CLOSE_LEFT_ALERTS, closed)
    opened = await _open_outages(unit, begun, now)
    bad = [each for each in turned if each.turn is Turn.BAD]
    await _open_alerts(unit, bad, opened)
    await _many(unit, _JOIN_ALERTS, [{"monitor": monitor, "outage": outage} for monitor, outage in opened.items()])
    joined = [each for each in bad if each.monitor.state is WatchState.DOWN and each.monitor.id not in opened]
    await _many(unit, _WIDEN_OUTAGE, [{"monitor": each.monitor.id, "places": each.counted.bad} for each in joined])


async def close_left_alerts(unit: UnitOfWork, monitor_ids: Sequence[int], at: datetime) -> None:
    """End the open alerts of these monitors at places that they are no more probed from."""
    await _many(unit, _CLOSE_LEFT_ALERTS, [{"monitor": number, "ended_at": at} for number in monitor_ids])


async def _many(unit: UnitOfWork, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await unit.session.execute(statement, rows)


async def _open_outages(unit: UnitOfWork, begun: Sequence[Decision], now: datetime) -> dict[int, int]:
    """Store an outage for each monitor that went down, and return their numbers by the monitor's."""
    if not begun:
        return {}
    others = await _reports(unit, [each.monitor.id for each in begun])
    good = await last_good_runs(unit, {each.monitor.id: each.result for each in begun})
    rows = [_outage_row(each, others.get(each.monitor.id, []), good.get(each.monitor.id), now) for each in begun]
    written = await unit.session.execute(insert(outages).returning(outages.c.watchable_id, outages.c.id), rows)
    return {row.watchable_id: row.id for row in written}


async def _reports(unit: UnitOfWork, monitor_ids: Sequence[int]) -> dict[int, list[Seen]]:
    """Return what other places report at this moment, by the monitor's number."""
    columns = (alerts.c.watchable_id, alerts.c.at, alerts.c.location_id, alerts.c.output)
    still = alerts.c.watchable_id.in_(monitor_ids) & alerts.c.resolved_at.is_(None)
    found: dict[int, list[Seen]] = {}
    for row in await unit.rows(select(*columns).where(still).order_by(alerts.c.id)):
        found.setdefault(row.watchable_id, []).append(Seen(row.at, row.location_id, row.output))
    return found


def _outage_row(each: Decision, others: Iterable[Seen], good: GoodRun | None, now: datetime) -> dict[str, Any]:
    place = each.place.location_id
    run = FailingRun(each.result, place, each.counted.bad, each.counted.measuring)
    cause = root_cause(run, [seen for seen in others if seen.location_id != place], good.seen if good else None)
    return {
        "uuid": new_uuid(),
        "watchable_id": each.monitor.id,
        "started_at": each.monitor.state_since,
        "resolved_at": None,
        "locations_down": each.counted.bad,
        "cause_summary": storable(cause.summary, MESSAGE_LENGTH),
        "cause_phase": cause.phase,
        "cause_code": cause.code,
        "evidence": packed_evidence(_storable(cause.evidence)),
        "computed_at": now,
        "bad_run_id": each.run_id,
        "good_run_id": good.run_id if good else None,
        "ignored": False,
    }


def _storable(evidence: Iterable[Evidence]) -> list[Evidence]:
    return [replace(one, text=storable(one.text, LONGEST_TEXT)) for one in evidence]


async def _open_alerts(unit: UnitOfWork, bad: Sequence[Decision], opened: Mapping[int, int]) -> None:
    if not bad:
        return
    open_before = await _open_numbers(unit, [each.monitor.id for each in bad if each.monitor.id not in opened])
    numbers = {**open_before, **opened}
    await unit.session.execute(insert(alerts), [
        {
            "uuid": new_uuid(),
            "watchable_id": each.monitor.id,
            "location_id": each.place.location_id,
            "outage_id": numbers.get(each.monitor.id),
            "run_id": each.run_id,
            "at": each.at,
            "resolved_at": None,
            "output": storable(finding(each.result), MESSAGE_LENGTH),
            "ignored": False,
        }
        for each in bad
    ])  # fmt: skip


async def _open_numbers(unit: UnitOfWork, monitor_ids: Sequence[int]) -> dict[int, int]:
    if not monitor_ids:
        return {}
    still = outages.c.watchable_id.in_(monitor_ids) & outages.c.resolved_at.is_(None)
    rows = await unit.rows(select(outages.c.watchable_id, outages.c.id).where(still))
    return {row.watchable_id: row.id for row in rows}
