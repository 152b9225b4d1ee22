"""Changes of a check: absent fields leave things as they are, and nothing is changed unless all is valid."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import Enum, StrEnum
from typing import Any, Final

from app.db.unit_of_work import UnitOfWork
from app.errors import InvalidInput
from app.rules import check_settings as rule
from app.rules.assignments import identified_channels
from app.rules.check_state import reschedule, set_reminder
from app.rules.states import ScheduleKind
from app.store import assignments, channels, checks, tags
from app.store.channels import ContactRecord
from app.store.checks import CheckRecord


class Unset(Enum):
    """The value of a field that was not given."""

    UNSET = "UNSET"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChanges:
    """What is to become of a check. `period` and `grace` are seconds; `schedule`, when given, wins over `period`.

    `tags` is the text with spaces between the words. `channels` names single channels (uuids or names, comma-separated,
    `*` for all), `contacts` are uuids; give one of the two.
    `slug_of_new_name` becomes the slug of a check that does not have the name yet, unless a slug is given too: who
    repeats a name does not lose the slug that the pings go to.
    `subject_keywords` are success and failure keywords as the old names of the Healthchecks API give them: subjects are
    filtered while the check has one of them, unless `filter_subject` is given too.
    """

    name: str | Unset = UNSET
    slug: str | Unset = UNSET
    slug_of_new_name: str | Unset = UNSET
    description: str | Unset = UNSET
    tags: str | Unset = UNSET
    period: int | Unset = UNSET
    grace: int | Unset = UNSET
    schedule: str | Unset = UNSET
    timezone: str | Unset = UNSET
    manual_resume: bool | Unset = UNSET
    failures_before_down: int | Unset = UNSET
    remind_every: int | Unset | None = UNSET
    methods: str | Unset = UNSET
    start_keywords: str | Unset = UNSET
    success_keywords: str | Unset = UNSET
    failure_keywords: str | Unset = UNSET
    subject_keywords: tuple[str | Unset, str | Unset] | Unset = UNSET
    filter_subject: bool | Unset = UNSET
    filter_body: bool | Unset = UNSET
    filter_http_body: bool | Unset = UNSET
    filter_default_fail: bool | Unset = UNSET
    channels: str | Unset = UNSET
    contacts: tuple[str, ...] | Unset = UNSET


class UniqueField(StrEnum):
    """By which given fields of `CheckChanges` an existing check is recognised instead of making another."""

    NAME = "name"
    SLUG = "slug"
    TAGS = "tags"
    PERIOD = "period"
    GRACE = "grace"


_TEXTS = {
    "name": rule.LONGEST_NAME,
    "description": rule.LONGEST_DESCRIPTION,
    "tags": rule.LONGEST_TAGS,
    "start_keywords": rule.LONGEST_KEYWORDS,
    "success_keywords": rule.LONGEST_KEYWORDS,
    "failure_keywords": rule.LONGEST_KEYWORDS,
}
_NO_COLUMNS = ("channels", "contacts", "slug_of_new_name", "subject_keywords")


def given(changes: CheckChanges) -> dict[str, Any]:
    """Return the fields that were given."""
    values = {field.name: getattr(changes, field.name) for field in fields(changes)}
    return {name: value for name, value in values.items() if value is not UNSET}


def checked(changes: CheckChanges) -> dict[str, Any]:
    """Return the columns that the changes set, all valid; InvalidInput otherwise.

    A schedule decides the kind and drops a period given beside it (specs/healthchecks.md section 6).
    """
    values = {name: value for name, value in given(changes).items() if name not in _NO_COLUMNS}
    for name, longest in _TEXTS.items():
        if name in values:
            rule.checked_text(values[name], name, longest)
    if "slug" in values:
        rule.checked_slug(values["slug"])
    if "timezone" in values:
        values["timezone"] = rule.checked_timezone(values["timezone"])
    if "failures_before_down" in values:
        rule.checked_failures(values["failures_before_down"])
    if values.get("remind_every") is not None:
        rule.checked_reminders(values["remind_every"])
    return values | _checked_schedule(values)


def _checked_schedule(values: dict[str, Any]) -> dict[str, Any]:
    for name in ("period", "grace"):
        if name in values:
            rule.checked_seconds(values[name], name)
    if "schedule" in values:
        expression, kind = rule.checked_schedule(values["schedule"])
        values.pop("period", None)
        return {"schedule": expression, "schedule_kind": kind}
    return {"schedule_kind": ScheduleKind.PERIOD} if "period" in values else {}


def apply_changes(check: CheckRecord, changes: CheckChanges) -> None:
    """Change the record as asked and compute its deadline anew; the state itself never changes here (5.4)."""
    values = _derived(check, changes) | checked(changes)
    for name, value in values.items():
        setattr(check, name, value)
        if name == "remind_every":
            check.remind_at = None
    set_reminder(check)
    reschedule(check)


def _derived(check: CheckRecord, changes: CheckChanges) -> dict[str, Any]:
    """Return the columns that changes set only in view of what the check is; those that are given win."""
    derived: dict[str, Any] = {}
    if changes.slug_of_new_name is not UNSET and changes.name != check.name:
        derived["slug"] = rule.checked_slug(changes.slug_of_new_name)
    if changes.subject_keywords is not UNSET:
        kept = (check.success_keywords, check.failure_keywords)
        keywords = [old if new is UNSET else new for new, old in zip(changes.subject_keywords, kept, strict=True)]
        derived["filter_subject"] = any(keywords)
    return derived


async def change(unit: UnitOfWork, check: CheckRecord, changes: CheckChanges) -> None:
    """Change a check that is new or was read with `lock`, its tags and who is told; InvalidInput changes nothing."""
    apply_changes(check, changes)
    await checks.save(unit, check)
    if changes.tags is not UNSET:
        await tags.retag(unit, check.project_id, check.id, tags.words(check.tags))
    if changes.channels is not UNSET:
        known = {one.id: (one.uuid, one.name) for one in await channels.of_project(unit, check.project_id)}
        await assignments.assign_channels(unit, check.id, identified_channels(changes.channels, known))
    if changes.contacts is not UNSET:
        own = await channels.contacts_of(unit, check.project_id)
        await assignments.assign_contacts(unit, check.id, _chosen(own, changes.contacts))


def _chosen(own: Sequence[ContactRecord], uuids: Sequence[str]) -> list[int]:
    numbers = {contact.uuid: contact.id for contact in own}
    unknown = [uuid for uuid in uuids if uuid not in numbers]
    if unknown:
        raise InvalidInput("There is no such contact.", path=("contactIds",))
    return [numbers[uuid] for uuid in uuids]
