"""What a check is to be."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import strawberry

from app.errors import InvalidInput
from app.rules.check_settings import checked_schedule, checked_timezone
from app.rules.slugs import slug_of
from app.rules.states import PingKind, ScheduleKind
from app.store.check_changes import UNSET, CheckChanges, UniqueField
from graphql_api.errors import Paths
from graphql_api.inputs.references import uuid_of
from graphql_api.inputs.signals import KEYWORDS, SignalFilterInput, signal_changes
from graphql_api.scalars import Duration

MOST_TOLD = 1000
"""Contacts, or channels, that one call may name."""

T = TypeVar("T")

PATHS: Paths = {
    "period": ("input", "schedule", "period"),
    "channels": ("input", "channelIds"),
    "failures_before_down": ("input", "failuresBeforeDown"),
    "remind_every": ("input", "remindEvery"),
    **dict.fromkeys(KEYWORDS.values(), ("input", "signalFilters")),
}
"""Where the fields of `CheckChanges` stand in the input, when not under their own names."""


@strawberry.input(description="A cron expression and the time zone that it is read in.")
class CronInput:
    """One cron schedule."""

    expression: str = strawberry.field(
        description="Five fields: minute, hour, day of month, month, day of week; at most 100 characters."
    )
    timezone: str = strawberry.field(default="UTC", description="A name of the tz database, such as `Europe/Berlin`.")


@strawberry.input(description="An OnCalendar expression and the time zone of its lines that name none.")
class OnCalendarInput:
    """One OnCalendar schedule."""

    expression: str = strawberry.field(
        description="As in systemd: `Mon..Fri 08:30`, `*-*~1`, `hourly`; several lines count together, and a line may "
        "end in a time zone of its own. At most 100 characters."
    )
    timezone: str = strawberry.field(default="UTC", description="A name of the tz database, such as `Europe/Berlin`.")


@strawberry.input(one_of=True, description="When pings are expected: exactly one field is given.")
class ScheduleInput:
    """Exactly one field is given."""

    period: Duration | None = strawberry.field(
        default=strawberry.UNSET, description="Every so many seconds: from 60 to a year."
    )
    cron: CronInput | None = strawberry.field(default=strawberry.UNSET, description="Whenever a cron expression says.")
    on_calendar: OnCalendarInput | None = strawberry.field(
        default=strawberry.UNSET, description="Whenever an OnCalendar expression says."
    )

    def changes(self) -> dict[str, str | int]:
        """Return the schedule as fields of `CheckChanges`; InvalidInput for an expression of another kind."""
        if isinstance(self.cron, CronInput):
            return _calendar_changes(self.cron, ScheduleKind.CRON, "cron")
        if isinstance(self.on_calendar, OnCalendarInput):
            return _calendar_changes(self.on_calendar, ScheduleKind.ON_CALENDAR, "onCalendar")
        return {"period": self.period or 0}


def _calendar_changes(given: CronInput | OnCalendarInput, wanted: ScheduleKind, field: str) -> dict[str, str | int]:
    at_expression = ("schedule", field, "expression")
    expression, kind = _placed(checked_schedule, given.expression, at_expression)
    timezone = _placed(checked_timezone, given.timezone, ("schedule", field, "timezone"))
    if kind is not wanted:
        raise InvalidInput(f"The expression is of another kind than `{field}`.", path=at_expression)
    return {"schedule": expression, "timezone": timezone}


def _placed(checked: Callable[[str], T], text: str, path: tuple[str, ...]) -> T:
    """Return the text as checked; a refusal names this place in the input."""
    try:
        return checked(text)
    except InvalidInput as error:
        raise InvalidInput(error.message, path=path) from error


@strawberry.input(description="What a new check is to be.")
class CheckCreateInput:
    """A new check."""

    project_id: strawberry.ID = strawberry.field(description="The project that it is to belong to.")
    name: str = strawberry.field(description="What people are to call it; at most 100 characters.")
    slug: str | None = strawberry.field(
        default=None, description="Its name in URLs: a-z, 0-9, dash and underscore. Null makes one of its name."
    )
    description: str | None = strawberry.field(default=None, description="What people should know of it.")
    tags: list[str] | None = strawberry.field(default=None, description="Its labels; none holds a space.")
    schedule: ScheduleInput = strawberry.field(description="When pings are expected.")
    grace: Duration = strawberry.field(description="How long a ping may be late: from 60 seconds to a year.")
    manual_resume: bool | None = strawberry.field(
        default=None, description="Whether pings leave it paused, so that only `watchableResume` resumes it."
    )
    accepted_methods: list[str] | None = strawberry.field(
        default=None, description="The HTTP methods that count as signals: POST alone, or none named for all."
    )
    signal_filters: list[SignalFilterInput] | None = strawberry.field(
        default=None, description="Exactly these words decide what a signal counts as."
    )
    unmatched_kind: PingKind | None = strawberry.field(
        default=None,
        description="What a signal counts as in which a filter finds none of its words: FAIL, or IGNORED as at first.",
    )
    failures_before_down: int | None = strawberry.field(
        default=None, description="How many failures in a row take it down: from 1, as at first, to 100."
    )
    remind_every: Duration | None = strawberry.field(
        default=None,
        description="While it is down, tell again every so many seconds, from 300 to a year; null is never.",
    )
    contact_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Who is to be told; not together with `channelIds`."
    )
    channel_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="By which single channels to tell; not together with `contactIds`."
    )
    unique_on: list[UniqueField] | None = strawberry.field(
        default=None,
        description="Change the oldest check that has these very values in these fields, instead of making another; "
        "what is null stays as it is.",
    )

    @property
    def made_slug(self) -> str:
        """The slug of a new check that is given none."""
        return slug_of(self.name)

    def changes(self) -> CheckChanges:
        """Return what the store is to set; InvalidInput and NotFound for tags and contacts that cannot be."""
        unique = self.unique_on or ()
        # What a check is recognised by must have a value: that which a new check would have.
        slug = self.made_slug if self.slug is None and UniqueField.SLUG in unique else self.slug
        tags = () if self.tags is None and UniqueField.TAGS in unique else self.tags
        return CheckChanges(
            name=self.name,
            grace=self.grace,
            slug=UNSET if slug is None else slug,
            description=UNSET if self.description is None else self.description,
            tags=UNSET if tags is None else tag_text(tags),
            manual_resume=UNSET if self.manual_resume is None else self.manual_resume,
            failures_before_down=UNSET if self.failures_before_down is None else self.failures_before_down,
            remind_every=UNSET if self.remind_every is None else self.remind_every,
            **self.schedule.changes(),  # type: ignore[arg-type] # each name has a value of its own type
            **signal_changes(self.accepted_methods, self.signal_filters, self.unmatched_kind),  # type: ignore[arg-type] # as above
            **told_changes(self.contact_ids, self.channel_ids),  # type: ignore[arg-type] # as above
        )


@strawberry.input(
    description="What is to become of a check; what is absent stays as it is, and only `remindEvery` can be null."
)
class CheckUpdateInput:
    """Changes of a check."""

    name: strawberry.Maybe[str] = strawberry.field(default=None, description="What people are to call it.")
    slug: strawberry.Maybe[str] = strawberry.field(default=None, description="Its name in URLs.")
    description: strawberry.Maybe[str] = strawberry.field(default=None, description="What people should know of it.")
    tags: strawberry.Maybe[list[str]] = strawberry.field(default=None, description="Exactly these labels.")
    schedule: strawberry.Maybe[ScheduleInput] = strawberry.field(default=None, description="When pings are expected.")
    grace: strawberry.Maybe[Duration] = strawberry.field(default=None, description="How long a ping may be late.")
    manual_resume: strawberry.Maybe[bool] = strawberry.field(default=None, description="Whether pings leave it paused.")
    accepted_methods: strawberry.Maybe[list[str]] = strawberry.field(
        default=None, description="The HTTP methods that count as signals: POST alone, or none named for all."
    )
    signal_filters: strawberry.Maybe[list[SignalFilterInput]] = strawberry.field(
        default=None, description="Exactly these words decide what a signal counts as."
    )
    unmatched_kind: strawberry.Maybe[PingKind] = strawberry.field(
        default=None, description="What a signal counts as in which a filter finds none of its words: FAIL or IGNORED."
    )
    failures_before_down: strawberry.Maybe[int] = strawberry.field(
        default=None, description="How many failures in a row take it down: from 1 to 100."
    )
    remind_every: strawberry.Maybe[Duration | None] = strawberry.field(
        default=None, description="While it is down, tell again every so many seconds; null is never."
    )
    contact_ids: strawberry.Maybe[list[strawberry.ID]] = strawberry.field(
        default=None,
        description="Exactly these contacts are told, and no single channels beside them; not with `channelIds`.",
    )
    channel_ids: strawberry.Maybe[list[strawberry.ID]] = strawberry.field(
        default=None, description="Exactly these channels tell of it; not together with `contactIds`."
    )

    def changes(self) -> CheckChanges:
        """Return what the store is to set; InvalidInput and NotFound for tags and contacts that cannot be."""
        return CheckChanges(
            name=_given(self.name),
            slug=_given(self.slug),
            description=_given(self.description),
            tags=tag_text(self.tags.value) if self.tags else UNSET,
            grace=_given(self.grace),
            manual_resume=_given(self.manual_resume),
            failures_before_down=_given(self.failures_before_down),
            remind_every=_given(self.remind_every),
            **(self.schedule.value.changes() if self.schedule else {}),  # type: ignore[arg-type] # each name has a value of its own type
            **signal_changes(  # type: ignore[arg-type] # as above
                _or_none(self.accepted_methods), _or_none(self.signal_filters), _or_none(self.unmatched_kind)
            ),
            **told_changes(_or_none(self.contact_ids), _or_none(self.channel_ids)),  # type: ignore[arg-type] # as above
        )


def _or_none(value: strawberry.Some[T] | None) -> T | None:
    return None if value is None else value.value


def _given(value: strawberry.Some[Any] | None) -> Any:
    return UNSET if value is None else value.value


def tag_text(tags: Sequence[str]) -> str:
    """Return the tags as one text; InvalidInput for one that is empty or holds a space."""
    if any(not tag or tag != "".join(tag.split()) for tag in tags):
        raise InvalidInput("A tag is not empty and holds no space.", path=("tags",))
    return " ".join(dict.fromkeys(tags))


def told_changes(
    contact_ids: Sequence[str] | None, channel_ids: Sequence[str] | None
) -> dict[str, str | tuple[str, ...]]:
    """Return who is to be told as fields of `CheckChanges`; InvalidInput when both are given."""
    if contact_ids is not None and channel_ids is not None:
        raise InvalidInput("Give either contactIds or channelIds.", path=("channelIds",))
    if contact_ids is not None:
        return {"contacts": _uuids(contact_ids, "Contact", "contactIds")}
    return {} if channel_ids is None else {"channels": ",".join(_uuids(channel_ids, "Channel", "channelIds"))}


def _uuids(ids: Sequence[str], type_name: str, field: str) -> tuple[str, ...]:
    """Return the uuids in these ids, each once; NotFound for what can be none."""
    if len(ids) > MOST_TOLD:
        raise InvalidInput(f"At most {MOST_TOLD} can be told.", path=(field,))
    return tuple(dict.fromkeys(uuid_of(one, type_name, field) for one in ids))
