"""A monitor as the placeholder `$JSON` writes it."""

import json
from datetime import UTC, datetime

from app.pipeline.monitor_json import monitor_json
from app.rules.outcomes import Outcome, ProbeKind
from app.store.monitors import new_monitor

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_it_tells_what_the_monitor_is_and_how_it_fares():
    monitor = new_monitor(1, ProbeKind.API, "Web shop", 60, NOW)
    monitor.id, monitor.last_run_at, monitor.last_outcome = 7, NOW, Outcome.FAIL

    assert json.loads(monitor_json(monitor, ["web shop", "prod"], "")) == {
        "id": 7,
        "uuid": monitor.uuid,
        "kind": "API",
        "name": "Web shop",
        "slug": "",
        "tags": ["web shop", "prod"],
        "state": "NEW",
        "state_since": "2026-03-01T12:00:00Z",
        "paused": False,
        "address": "",
        "interval": 60,
        "timeout": monitor.timeout,
        "last_run_at": "2026-03-01T12:00:00Z",
        "last_outcome": "FAIL",
        "created_at": "2026-03-01T12:00:00Z",
    }


def test_halves_of_characters_are_replaced():
    monitor = new_monitor(1, ProbeKind.HTTP, "a\ud800b", 60, NOW)

    said = json.loads(monitor_json(monitor, ["\udfff"], "\ud800"))

    assert (said["name"], said["tags"], said["address"]) == ("a?b", ["?"], "?")
