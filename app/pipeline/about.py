"""What a message says of the check or monitor that it is about, beside the change of state itself."""

from dataclasses import dataclass

from app.channels.message import CheckFacts, MonitorFacts, WireObjects


@dataclass(frozen=True, slots=True)
class About:
    """What only checks, or only monitors, know how to tell; the fields are those of `AlertMessage`."""

    tags: tuple[str, ...]
    url: str
    json: str
    subject: CheckFacts | MonitorFacts
    objects: WireObjects | None = None
