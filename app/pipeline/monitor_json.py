"""A monitor as JSON of ours, for the placeholder `$JSON` of webhooks."""

from collections.abc import Sequence

import orjson

from app.store.monitors import MonitorRecord


def monitor_json(monitor: MonitorRecord, tags: Sequence[str], address: str) -> str:
    """Write a monitor; `address` is what it probes as it may be shown. Seconds are whole, instants in UTC."""
    written = {
        "id": monitor.id,
        "uuid": monitor.uuid,
        "kind": monitor.kind,
        "name": _encodable(monitor.name),
        "slug": _encodable(monitor.slug),
        "tags": [_encodable(tag) for tag in tags],
        "state": monitor.state,
        "state_since": monitor.state_since,
        "paused": monitor.paused,
        "address": _encodable(address),
        "interval": monitor.interval,
        "timeout": monitor.timeout,
        "last_run_at": monitor.last_run_at,
        "last_outcome": monitor.last_outcome,
        "created_at": monitor.created_at,
    }
    return orjson.dumps(written, option=orjson.OPT_UTC_Z).decode()


def _encodable(text: str) -> str:
    """Return the text with halves of characters, which JSON cannot carry, replaced."""
    return text.encode(errors="replace").decode()
