"""What a monitor is to be."""

from collections.abc import Sequence
from typing import Any

import strawberry

from app.errors import InvalidInput
from app.rules.monitor_settings import MOST_LOCATIONS
from app.rules.outcomes import ProbeKind
from app.store.check_changes import UNSET
from app.store.monitor_changes import MonitorChanges
from graphql_api.errors import Paths
from graphql_api.inputs.check import MOST_TOLD
from graphql_api.inputs.references import uuid_of
from graphql_api.inputs.template import TemplateInput
from graphql_api.scalars import Duration

PATHS: Paths = {
    "locations": ("input", "locationIds"),
    "contacts": ("input", "contactIds"),
    "locations_down": ("input", "confirmation", "locationsDown"),
    "runs_down": ("input", "confirmation", "runsDown"),
    "runs_up": ("input", "confirmation", "runsUp"),
}
"""Where the fields of `MonitorChanges` stand in the input, when not under their own names."""


@strawberry.input(description="When a monitor changes its state; what is null stays as it is, at first 1.")
class ConfirmationInput:
    """How much must agree."""

    locations_down: int | None = strawberry.field(
        default=None, description="How many locations must find it down, or all that measured if they are fewer."
    )
    runs_down: int | None = strawberry.field(
        default=None, description="How many runs in a row must fail at a location for it to find it down."
    )
    runs_up: int | None = strawberry.field(
        default=None, description="How many runs in a row must pass at a location for it to find it up again."
    )

    def changes(self) -> dict[str, Any]:
        """Return what was given as fields of `MonitorChanges`."""
        return {name: value for name, value in vars(self).items() if value is not None}


@strawberry.input(description="What a new monitor is to be.")
class MonitorCreateInput:
    """A new monitor."""

    project_id: strawberry.ID = strawberry.field(description="The project that it is to belong to.")
    name: str = strawberry.field(description="What people are to call it; at most 100 characters.")
    slug: str | None = strawberry.field(
        default=None, description="Its name in URLs: a-z, 0-9, dash and underscore. Null makes one of its name."
    )
    kind: ProbeKind = strawberry.field(description="What it probes; it stays so.")
    address: str | None = strawberry.field(
        default=None, description="What is probed by a monitor of kind HTTP: a URL. Those of kind API have templates."
    )
    interval: Duration = strawberry.field(description="It is run every so many seconds, from 30 to 86400.")
    timeout: Duration | None = strawberry.field(
        default=None,
        description="Seconds that a whole run may take, retries included, from 1 to 300; null goes by the interval.",
    )
    retries: int | None = strawberry.field(
        default=None,
        description="How often a step that failed is tried again within a run, from 0, as at first, to 10.",
    )
    location_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Where it is to be run from; null is the oldest of its places."
    )
    tags: list[str] | None = strawberry.field(default=None, description="Its labels, in their order.")
    templates: list[TemplateInput] | None = strawberry.field(
        default=None, description="The steps of a monitor of kind API, in their order."
    )
    confirmation: ConfirmationInput | None = strawberry.field(
        default=None, description="How much must agree before its state changes."
    )
    degraded_above_ms: float | None = strawberry.field(
        default=None, description="A run that takes longer than so many milliseconds is SLOW; null is never."
    )
    remind_every: Duration | None = strawberry.field(
        default=None, description="While it is down, tell again every so many seconds; null is never."
    )
    contact_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Who is to be told.")
    paused: bool = strawberry.field(default=False, description="Whether it is not to be run until it is resumed.")

    def changes(self) -> MonitorChanges:
        """Return what the store is to set; InvalidInput and NotFound for what can be no location or contact."""
        return MonitorChanges(
            name=self.name,
            interval=self.interval,
            paused=self.paused,
            slug=_or_unset(self.slug),
            address=_or_unset(self.address),
            timeout=_or_unset(self.timeout),
            retries=_or_unset(self.retries),
            tags=UNSET if self.tags is None else tuple(self.tags),
            templates=UNSET if self.templates is None else tuple(one.changes() for one in self.templates),
            degraded_above_ms=_or_unset(self.degraded_above_ms),
            remind_every=_or_unset(self.remind_every),
            locations=UNSET if self.location_ids is None else _locations(self.location_ids),
            contacts=UNSET if self.contact_ids is None else _contacts(self.contact_ids),
            **(self.confirmation.changes() if self.confirmation else {}),
        )


@strawberry.input(
    description="What is to become of a monitor; what is absent stays as it is, and only `degradedAboveMs` and "
    "`remindEvery` can be null."
)
class MonitorUpdateInput:
    """Changes of a monitor."""

    name: strawberry.Maybe[str] = strawberry.field(default=None, description="What people are to call it.")
    slug: strawberry.Maybe[str] = strawberry.field(default=None, description="Its name in URLs.")
    address: strawberry.Maybe[str] = strawberry.field(
        default=None, description="What is probed by a monitor of kind HTTP: a URL."
    )
    interval: strawberry.Maybe[Duration] = strawberry.field(
        default=None, description="It is run every so many seconds."
    )
    timeout: strawberry.Maybe[Duration] = strawberry.field(
        default=None, description="Seconds that a whole run may take, its retries included."
    )
    retries: strawberry.Maybe[int] = strawberry.field(
        default=None, description="How often a step that failed is tried again within a run."
    )
    location_ids: strawberry.Maybe[list[strawberry.ID]] = strawberry.field(
        default=None, description="Exactly these places it is run from."
    )
    tags: strawberry.Maybe[list[str]] = strawberry.field(default=None, description="Exactly these labels.")
    templates: strawberry.Maybe[list[TemplateInput]] = strawberry.field(
        default=None,
        description="Exactly these steps, all made anew; `templateUpdate` changes one and leaves the others.",
    )
    confirmation: strawberry.Maybe[ConfirmationInput] = strawberry.field(
        default=None, description="How much must agree before its state changes."
    )
    degraded_above_ms: strawberry.Maybe[float | None] = strawberry.field(
        default=None, description="A run that takes longer than so many milliseconds is SLOW; null is never."
    )
    remind_every: strawberry.Maybe[Duration | None] = strawberry.field(
        default=None, description="While it is down, tell again every so many seconds; null is never."
    )
    contact_ids: strawberry.Maybe[list[strawberry.ID]] = strawberry.field(
        default=None, description="Exactly these contacts are told."
    )

    def changes(self) -> MonitorChanges:
        """Return what the store is to set; InvalidInput and NotFound for what can be no location or contact."""
        return MonitorChanges(
            name=_given(self.name),
            slug=_given(self.slug),
            address=_given(self.address),
            interval=_given(self.interval),
            timeout=_given(self.timeout),
            retries=_given(self.retries),
            degraded_above_ms=_given(self.degraded_above_ms),
            remind_every=_given(self.remind_every),
            tags=tuple(self.tags.value) if self.tags else UNSET,
            templates=tuple(one.changes() for one in self.templates.value) if self.templates else UNSET,
            locations=_locations(self.location_ids.value) if self.location_ids else UNSET,
            contacts=_contacts(self.contact_ids.value) if self.contact_ids else UNSET,
            **(self.confirmation.value.changes() if self.confirmation else {}),
        )


def _or_unset(value: Any) -> Any:
    return UNSET if value is None else value


def _given(value: strawberry.Some[Any] | None) -> Any:
    return UNSET if value is None else value.value


def _locations(ids: Sequence[str]) -> tuple[str, ...]:
    if len(ids) > MOST_LOCATIONS:
        raise InvalidInput(f"A monitor has at most {MOST_LOCATIONS} locations.", path=("locationIds",))
    return tuple(dict.fromkeys(uuid_of(one, "Location", "locationIds") for one in ids))


def _contacts(ids: Sequence[str]) -> tuple[str, ...]:
    if len(ids) > MOST_TOLD:
        raise InvalidInput(f"At most {MOST_TOLD} can be told.", path=("contactIds",))
    return tuple(dict.fromkeys(uuid_of(one, "Contact", "contactIds") for one in ids))
