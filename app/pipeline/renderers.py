"""Writing what alerts are about as JSON of the dialects. They stand above the machine, so it is given their writers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from app.channels.message import WireObjects
from app.store.checks import CheckRecord
from app.store.monitors import MonitorRecord

RenderCheckJson: TypeAlias = Callable[[CheckRecord, Sequence[str], datetime], str]
"""Writes a check, told to the channels of these uuids, as it is at that instant: `$JSON` of
specs/healthchecks.md section 12."""

MonitorObjects: TypeAlias = Callable[[MonitorRecord, int | None], Awaitable[WireObjects]]
"""Writes a monitor as it is now, and its run of this number if it is still kept (specs/apiscience.md section 13)."""


@dataclass(frozen=True, slots=True)
class Renderers:
    """The writers that this process was given; without `monitor_objects` nobody is sent any."""

    check_json: RenderCheckJson
    monitor_objects: MonitorObjects | None = None
