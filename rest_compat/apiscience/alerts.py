"""What contacts of type `url` are sent of a monitor and its run (specs/apiscience.md section 13)."""

import orjson

from app.channels.message import WireObjects
from app.pipeline.renderers import MonitorObjects
from app.site import Site
from app.store import runs
from app.store.monitors import MonitorRecord
from rest_compat.apiscience.checks import check_object, recorded_check
from rest_compat.apiscience.wire import load, monitor_object


def monitor_objects(site: Site) -> MonitorObjects:
    """Return what writes a monitor and one of its runs for alerts, with URLs of the site's own root."""
    root = f"{site.site_root}/v1"

    async def written(monitor: MonitorRecord, run_id: int | None) -> WireObjects:
        [shown] = await load(site, [monitor])
        check = None if run_id is None else await _check(site, monitor, run_id, root)
        return WireObjects(monitor=orjson.dumps(monitor_object(shown, root)).decode(), run=orjson.dumps(check).decode())

    return written


async def _check(site: Site, monitor: MonitorRecord, run_id: int, root: str) -> dict[str, object] | None:
    run = await runs.by_id(site.database, monitor.project_id, run_id)
    if run is None:
        return None
    calls = await runs.calls_of(site.database, site.vault, [run.id])
    return check_object(recorded_check(monitor, run, calls.get(run.id, ())), root)
