"""Loaders: one statement a relation and request, however many rows ask (DESIGN section 3, way 4)."""

from asyncio import gather
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

from strawberry.dataloader import DataLoader

from app.db.engine import Database
from app.security.keys import Vault
from app.store import (
    alerts,
    assignments,
    calls,
    channels,
    checks,
    history,
    history_pages,
    locations,
    monitors,
    outages,
    reports,
    runs,
    tags,
    templates,
)
from app.store.alerts import AlertRecord
from app.store.calls import CallRecord
from app.store.channels import ChannelRecord, ContactRecord
from app.store.checks import CheckRecord
from app.store.history import FlipRecord, PingRecord
from app.store.history_pages import FlipWindow, PingWindow
from app.store.locations import LocationRecord
from app.store.monitors import MonitorRecord
from app.store.outages import OutageRecord, OutageWindow
from app.store.reports import Figures
from app.store.runs import RunRecord, RunWindow
from app.store.tags import TagRecord
from app.store.templates import TemplateRecord

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")


class Stretch(NamedTuple):
    """From `start` on and before `end`, as it looks at the moment `now`."""

    start: datetime
    end: datetime
    now: datetime


class Loaders:
    """Keyed by row numbers, pings by name; made anew for each request, so nothing is remembered beyond it."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.check = _loader(lambda ids: checks.by_ids(database, ids), None)
        self.monitor = _loader(lambda ids: monitors.by_ids(database, ids), None)
        self.watchable = _loader(lambda ids: _watchables(database, ids), None)
        self.last_ping = _loader(lambda ids: history.last_pings(database, ids), None)
        self.ping_body = _loader(lambda names: history.ping_bodies(database, names), None)
        self.tags = _loader(lambda ids: tags.of_watchables(database, ids), list[TagRecord]())
        self.contact = _loader(lambda ids: channels.contacts_by_ids(database, ids), None)
        self.channel = _loader(lambda ids: channels.by_ids(database, ids), None)
        self.contact_channels = _loader(lambda ids: channels.of_contacts(database, ids), list[ChannelRecord]())
        self.contact_ids = _loader(lambda ids: assignments.contact_ids_of(database, ids), list[int]())
        self.told = _loader(lambda ids: assignments.told(database, ids), list[str]())
        self.project_channels = _loader(lambda ids: _channels_of_projects(database, ids), list[ChannelRecord]())
        self.ping_duration = _loader(lambda names: history_pages.ping_durations(database, names), None)
        self.location = _loader(lambda ids: locations.by_ids(database, ids), None)
        self.locations = _loader(lambda ids: locations.of_monitors(database, ids), list[LocationRecord]())
        self.project_locations = _loader(lambda ids: _locations_of_projects(database, ids), list[LocationRecord]())
        self.template = _loader(lambda ids: templates.by_ids(database, vault, ids), None)
        self.templates = _loader(lambda ids: templates.of_monitors(database, vault, ids), list[TemplateRecord]())
        self.validation = _loader(lambda ids: templates.validations_by_ids(database, ids), None)
        self.last_run = _loader(lambda ids: runs.newest(database, ids), None)
        self.run = _loader(lambda ids: runs.by_ids(database, ids), None)
        self.calls = _loader(lambda ids: calls.of_runs(database, vault, ids), tuple[CallRecord, ...]())
        self.outage = _loader(lambda ids: outages.by_ids(database, ids), None)
        self.outage_alerts = _loader(lambda ids: alerts.of_outages(database, ids), list[AlertRecord]())
        self._database = database
        self._flip_pages: dict[FlipWindow, DataLoader[int, list[FlipRecord]]] = {}
        self._ping_pages: dict[PingWindow, DataLoader[int, list[PingRecord]]] = {}
        self._run_pages: dict[RunWindow, DataLoader[int, list[RunRecord]]] = {}
        self._outage_pages: dict[OutageWindow, DataLoader[int, list[OutageRecord]]] = {}
        self._outage_counts: dict[OutageWindow, DataLoader[int, int]] = {}
        self._figures: dict[Stretch, DataLoader[int, Figures | None]] = {}

    def flip_page(self, window: FlipWindow) -> DataLoader[int, list[FlipRecord]]:
        """Return the loader of the flips that this window shows of watchables."""
        if window not in self._flip_pages:
            read = partial(history_pages.flip_pages, self._database, window=window)
            self._flip_pages[window] = _loader(read, list[FlipRecord]())
        return self._flip_pages[window]

    def ping_page(self, window: PingWindow) -> DataLoader[int, list[PingRecord]]:
        """Return the loader of the pings that this window shows of checks."""
        if window not in self._ping_pages:
            read = partial(history_pages.ping_pages, self._database, window=window)
            self._ping_pages[window] = _loader(read, list[PingRecord]())
        return self._ping_pages[window]

    def run_page(self, window: RunWindow) -> DataLoader[int, list[RunRecord]]:
        """Return the loader of the runs that this window shows of monitors."""
        if window not in self._run_pages:
            read = partial(runs.pages, self._database, window=window)
            self._run_pages[window] = _loader(read, list[RunRecord]())
        return self._run_pages[window]

    def outage_page(self, window: OutageWindow) -> DataLoader[int, list[OutageRecord]]:
        """Return the loader of the outages that this window shows of watchables."""
        if window not in self._outage_pages:
            read = partial(outages.pages, self._database, window=window)
            self._outage_pages[window] = _loader(read, list[OutageRecord]())
        return self._outage_pages[window]

    def outage_count(self, window: OutageWindow) -> DataLoader[int, int]:
        """Return the loader of the numbers of outages of watchables, whatever the window's limit and `below`."""
        window = replace(window, limit=0, below=None)
        if window not in self._outage_counts:
            self._outage_counts[window] = _loader(partial(outages.counts, self._database, window=window), 0)
        return self._outage_counts[window]

    def figures(self, stretch: Stretch) -> DataLoader[int, Figures | None]:
        """Return the loader of what this stretch of time was for monitors."""
        if stretch not in self._figures:
            start, end, now = stretch
            read = partial(reports.whole_figures, self._database, start=start, end=end, now=now)
            self._figures[stretch] = _loader(read, None)
        return self._figures[stretch]

    async def channels_of(self, project_id: int, watchable_id: int) -> list[ChannelRecord]:
        """Return the channels of the project that hear of a watchable, oldest first."""
        own, told = await gather(self.project_channels.load(project_id), self.told.load(watchable_id))
        return [channel for channel in own if channel.uuid in told]

    async def contacts_of(self, watchable_id: int) -> list[ContactRecord]:
        """Return the contacts assigned to a watchable."""
        found = await self.contact.load_many(await self.contact_ids.load(watchable_id))
        return [contact for contact in found if contact is not None]


def _loader(read: Callable[[list[K]], Awaitable[Mapping[K, V]]], default: D) -> DataLoader[K, V | D]:
    async def load(keys: list[K]) -> list[V | D]:
        found = await read(keys)
        return [found.get(key, default) for key in keys]

    return DataLoader(load_fn=load)


async def _channels_of_projects(database: Database, ids: list[int]) -> dict[int, list[ChannelRecord]]:
    """Read the channels of each project; a request has one project."""
    return {project_id: await channels.of_project(database, project_id) for project_id in ids}


async def _locations_of_projects(database: Database, ids: list[int]) -> dict[int, list[LocationRecord]]:
    """Read the locations that each project may probe from; a request has one project."""
    return {project_id: await locations.of_project(database, project_id) for project_id in ids}


async def _watchables(database: Database, ids: list[int]) -> dict[int, CheckRecord | MonitorRecord]:
    """Read checks and monitors: a statement for each of the two, the second unless all are checks."""
    found: dict[int, CheckRecord | MonitorRecord] = {**await checks.by_ids(database, ids)}
    others = [one for one in ids if one not in found]
    return {**found, **await monitors.by_ids(database, others)} if others else found
