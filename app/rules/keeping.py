"""For how long what monitors measured is kept."""

from collections.abc import Mapping
from datetime import timedelta

PASSED_ANSWERS_KEPT = timedelta(days=7)
"""Requests and responses of calls that passed; those of others stay as long as their run."""

RUNS_KEPT = timedelta(days=90)
"""Runs with their calls; those that an outage names stay as long as the outage."""

MINUTE, HOUR, DAY = 60, 3_600, 86_400
"""The resolutions of roll-ups, in seconds."""

ROLLUPS_KEPT: Mapping[int, timedelta] = {
    MINUTE: timedelta(days=30),
    HOUR: timedelta(days=400),
    DAY: timedelta(days=5 * 366),
}
"""Roll-ups, by resolution."""
