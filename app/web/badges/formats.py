"""The formats of badges: SVG for pages, JSON for programs, and what shields.io draws from (section 14)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson

from app.rules.badges import BadgeState, Tally, badge_state
from app.web.badges.drawing import badge_svg

_SHIELDS_COLORS = {BadgeState.UP: "success", BadgeState.LATE: "important", BadgeState.DOWN: "critical"}


@dataclass(frozen=True, slots=True)
class Badge:
    """What a badge is about, and what it knows; it says late only `with_late`."""

    label: str
    tally: Tally
    with_late: bool

    @property
    def state(self) -> BadgeState:
        """Return what the badge says."""
        return badge_state(self.tally, with_late=self.with_late)


@dataclass(frozen=True, slots=True)
class Format:
    """How badges are written, and the media type of the result."""

    media_type: str
    write: Callable[[Badge], bytes]


def _svg(badge: Badge) -> bytes:
    return badge_svg(badge.label, badge.state).encode()


def _json(badge: Badge) -> bytes:
    seen = badge.tally
    return orjson.dumps({"status": badge.state, "total": seen.total, "grace": seen.late, "down": seen.down})


def _shields(badge: Badge) -> bytes:
    state = badge.state
    return orjson.dumps({"schemaVersion": 1, "label": badge.label, "message": state, "color": _SHIELDS_COLORS[state]})


FORMATS: Mapping[str, Format] = {
    "svg": Format("image/svg+xml", _svg),
    "json": Format("application/json", _json),
    "shields": Format("application/json", _shields),
}
"""By what the path ends with."""
