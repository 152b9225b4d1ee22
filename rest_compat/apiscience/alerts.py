"""What contacts of type `url` are sent of a monitor and its run (specs/apiscience.md section 13).

The same objects as the API answers, without what may hold secrets: they leave the site.
"""

import orjson

from app.channels.message import WireObjects
from app.pipeline.renderers import MonitorObjects
from app.rules.shown_urls import shown_url
from app.site import Site
from app.store import runs
from app.store.monitors import MonitorRecord
from rest_compat.apiscience.checks import check_object, recorded_check
from rest_compat.apiscience.envelope import Written
from rest_compat.apiscience.wire import load, monitor_object


def monitor_objects(site: Site) -> MonitorObjects:
    """Return what writes a monitor and one of its runs for alerts, with URLs of the site's own root."""
    root = f"{site.site_root}/v1"

    async def written(monitor: MonitorRecord, run_id: int | None) -> WireObjects:
        [shown] = await load(site, [monitor])
        told = _without_steps(monitor_object(shown, root))
        check = None if run_id is None else await _check(site, monitor, run_id, root)
        return WireObjects(monitor=orjson.dumps(told).decode(), run=orjson.dumps(check).decode())

    return written


async def _check(site: Site, monitor: MonitorRecord, run_id: int, root: str) -> Written | None:
    run = await runs.by_id(site.database, monitor.project_id, run_id)
    if run is None:
        return None
    calls = await runs.calls_of(site.database, site.vault, [run.id])
    check = check_object(recorded_check(monitor, run, calls.get(run.id, ())), root)
    return check | {"calls": [_without_contents(call) for call in check["calls"]]}


def _without_steps(monitor: Written) -> Written:
    told = {name: value for name, value in monitor.items() if name != "templates"}
    return told | {"address": shown_url(told["address"])} if "address" in told else told


def _without_contents(call: Written) -> Written:
    request, response = call["request"], call["response"]
    nothing = {"headers": None, "body": None}
    return call | {
        "request": request and request | nothing | {"href": shown_url(request["href"]), "params": None},
        "response": response and response | nothing,
    }
