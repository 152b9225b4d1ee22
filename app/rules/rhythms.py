"""How often a person wants to hear of their projects by mail (specs/healthchecks.md section 11)."""

from enum import StrEnum


class ReportRhythm(StrEnum):
    """How often a report of what was down is sent."""

    OFF = "OFF"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class NagRhythm(StrEnum):
    """How often a person is reminded while anything is down."""

    OFF = "OFF"
    HOURLY = "HOURLY"
    DAILY = "DAILY"
