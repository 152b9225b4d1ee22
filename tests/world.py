"""A small project in a real database, for tests of what happens to its checks and their alerts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from app.channels.email.settings import Settings as EmailSettings
from app.channels.webhook.settings import Settings as WebhookSettings
from app.db.outbox import Message
from app.db.reader import AnyRow
from app.models import Project, User, WatchableChannel
from app.models.tables import calls, channels, flips, letters, monitor_locations, notifications, runs, watchables
from app.probes.result import PhaseTimes
from app.rules.check_state import reschedule
from app.rules.outcomes import Outcome, ProbeKind
from app.rules.states import WatchState
from app.security.roles import Role
from app.site import Site
from app.store import assignments, monitor_places, projects, template_changes, users
from app.store import channels as channel_store
from app.store import checks as check_store
from app.store import locations as location_store
from app.store import monitors as monitor_store
from app.store.calls import phase_columns
from app.store.channels import ChannelRecord, ContactRecord
from app.store.checks import CheckRecord
from app.store.monitor_changes import TemplateChanges, checked_new_template
from app.store.monitors import MonitorRecord
from app.store.users import UserRecord

PLAIN_STEP = TemplateChanges(name="home", url="http://shop.example.org/")
"""A GET without validations."""
PHASES = PhaseTimes(1.0, 2.0, None, 3.0, 0.5, 0.25)
"""The times of runs and calls of which none are said: 6.75 ms in all."""


@dataclass
class World:
    """A project with one contact; every check of it is told to that contact."""

    site: Site
    project_id: int
    contact: ContactRecord
    sent: list[Message] = field(default_factory=list)
    """What left for the broker."""

    @property
    def now(self) -> datetime:
        return self.site.clock()

    async def check(self, name: str = "backup", *, pinged: bool = True, **values: Any) -> CheckRecord:
        """Store a check that is UP since a ping at this moment (or NEW), one minute of period and 30 s of grace."""
        check = check_store.new_check(self.project_id, name, name, self.now)
        check.period, check.grace = 60, 30
        if pinged:
            check.state, check.last_ping_at, check.ping_count = WatchState.UP, self.now, 1
        reschedule(check)
        for key, value in values.items():
            setattr(check, key, value)
        async with self.site.database.transaction() as unit:
            await check_store.add(unit, check)
            await assignments.assign_contacts(unit, check.id, [self.contact.id])
        return check

    async def monitor(
        self, name: str = "shop", *, steps: Sequence[TemplateChanges] = (PLAIN_STEP,), places: int = 1, **values: Any
    ) -> MonitorRecord:
        """Store a monitor of kind API, one minute apart, due now at the first of `places`; `values` are its columns.

        It has the templates `steps`, one plain GET if none are given, and is told to the contact.
        """
        monitor = monitor_store.new_monitor(self.project_id, ProbeKind.API, name, 60, self.now)
        monitor.slug = name
        for key, value in values.items():
            setattr(monitor, key, value)
        wanted = [checked_new_template(step) for step in steps]
        async with self.site.database.transaction() as unit:
            await monitor_store.add(unit, monitor)
            await template_changes.replace(unit, self.site.vault, [monitor.id], wanted, self.now)
            chosen = (await location_store.of_project(unit, self.project_id))[:places]
            await monitor_places.place(unit, [monitor.id], [location.id for location in chosen])
            if not monitor.paused:
                await monitor_places.start(unit, [monitor.id], self.now)
            await assignments.assign_contacts(unit, monitor.id, [self.contact.id])
        return monitor

    async def run(self, monitor: MonitorRecord, outcome: Outcome = Outcome.PASS, **values: Any) -> int:
        """Store a run of a monitor from the first location, begun now, and return its number; `values` are columns."""
        place = (await location_store.of_project(self.site.database, self.project_id))[0]
        row = {
            "watchable_id": monitor.id,
            "location_id": place.id,
            "due_at": self.now,
            "started_at": self.now,
            "outcome": outcome,
            **phase_columns(PHASES),
            "download_bytes": 7,
            "failure_phase": None,
            "failure_code": "",
            "failure_message": "",
            "created_at": self.now,
        }
        async with self.site.database.transaction() as unit:
            return int((await unit.execute(insert(runs).values(row | values).returning(runs.c.id))).scalar_one())

    async def call(self, run_id: int, step: int, **values: Any) -> None:
        """Store a call of a run; `values` are columns."""
        row = {
            "run_id": run_id,
            "step": step,
            "outcome": Outcome.PASS,
            **phase_columns(PHASES),
            "download_bytes": 7,
            "validation_failures": "[]",
            "created_at": self.now,
        }
        async with self.site.database.transaction() as unit:
            await unit.execute(insert(calls).values(row | values))

    async def stored_monitor(self, monitor: MonitorRecord) -> MonitorRecord:
        return (await monitor_store.by_ids(self.site.database, [monitor.id]))[monitor.id]

    async def places_of(self, monitor: MonitorRecord) -> list[AnyRow]:
        own = select(monitor_locations).where(monitor_locations.c.watchable_id == monitor.id)
        return list(await self.site.database.rows(own.order_by(monitor_locations.c.position)))

    async def email(self, address: str = "on-call@example.org", **values: Any) -> ChannelRecord:
        return await self._channel("email", EmailSettings(address=address), values)

    async def webhook(self, down: str | None, up: str | None = None, body: str = "", **values: Any) -> ChannelRecord:
        requests = {
            name: {"method": "POST", "url": url, "body": body} for name, url in (("down", down), ("up", up)) if url
        }
        return await self._channel("webhook", WebhookSettings.model_validate(requests), values)

    async def _channel(self, kind: str, settings: Any, values: dict[str, Any]) -> ChannelRecord:
        async with self.site.database.transaction() as unit:
            made = await channel_store.add(unit, self.site.vault, self.contact, kind, "", settings, self.now)
            if values:
                await unit.execute(update(channels).where(channels.c.id == made.id).values(**values))
        return made

    async def assign_channel(self, check: CheckRecord, channel: ChannelRecord) -> None:
        async with self.site.database.transaction() as unit:
            await unit.add(WatchableChannel(watchable_id=check.id, channel_id=channel.id))

    async def user(self, email: str = "ann@example.org", role: Role = Role.VIEWER, **values: Any) -> UserRecord:
        """Store a member of the project."""
        row = User(email=email, password_hash="", created_at=self.now, **values)
        async with self.site.database.transaction() as unit:
            await unit.add(row)
            await users.join(unit, row.id, self.project_id, role, self.now)
        return await self.stored_user(row.id)

    async def stored_user(self, user_id: int | None) -> UserRecord:
        user = await users.by_id(self.site.database, user_id or 0)
        assert user is not None
        return user

    async def letters(self) -> list[AnyRow]:
        return list(await self.site.database.rows(select(letters).order_by(letters.c.id)))

    async def stored(self, check: CheckRecord) -> CheckRecord:
        return (await check_store.by_ids(self.site.database, [check.id]))[check.id]

    async def flips(self) -> list[AnyRow]:
        return list(await self.site.database.rows(select(flips).order_by(flips.c.id)))

    async def notifications(self) -> list[AnyRow]:
        return list(await self.site.database.rows(select(notifications).order_by(notifications.c.id)))

    async def channel_row(self, channel: ChannelRecord) -> AnyRow:
        row = await self.site.database.row(select(channels).where(channels.c.id == channel.id))
        assert row is not None
        return row

    async def state_of(self, check: CheckRecord | MonitorRecord) -> WatchState:
        row = await self.site.database.row(select(watchables.c.state).where(watchables.c.id == check.id))
        assert row is not None
        return WatchState(row.state)


async def make_world(site: Site) -> World:
    """Store the project and its contact, and keep what leaves for the broker."""
    async with site.database.transaction() as unit:
        project = await projects.add(unit, Project(name="Ship", created_at=site.clock()))
        contact = await channel_store.add_contact(unit, project.id, "Default", site.clock())
    world = World(site, project.id, contact)
    site.database.deliver = world.sent.extend
    return world
