"""Monitors for tests of resolvers, and what is stored of them."""

from typing import Any

from sqlalchemy import select

from app.db.reader import AnyRow
from app.models.tables import (
    monitor_locations,
    templates,
    validations,
    watchable_tags,
    watchables,
)
from app.models.tables import tags as tag_table
from app.rules.outcomes import ProbeKind
from app.rules.validations import ValidationOperator, ValidationSource
from app.store import assignments, locations, tags
from app.store.monitor_changes import MonitorChanges, TemplateChanges, ValidationInput
from app.store.monitors import MonitorRecord, MonitorRef
from app.store.templates import TemplateHeader
from graphql_api.context import Context
from graphql_api.resolvers import monitors

IS_OK = ValidationInput(source=ValidationSource.STATUS, operator=ValidationOperator.EQUALS, expected="200")
NOBODY = "00000000-0000-4000-8000-000000000000"
STEPS = (
    TemplateChanges(
        name="log in",
        method="post",
        url="http://a/login",
        url_parameters=(("a", "1"), ("a", "2")),
        headers=(TemplateHeader("X-Key", "sesame", secret=True),),
        body="{}",
        validations=(IS_OK, IS_OK),
    ),
    TemplateChanges(url="{{base}}/home"),
)


def wanted(name: str = "Shop", **values: Any) -> MonitorChanges:
    return MonitorChanges(**{"name": name, "interval": 60, **values})


async def made(ctx: Context, name: str = "Shop", **values: Any) -> MonitorRecord:
    return await monitors.monitor_create(ctx, kind=ProbeKind.API, changes=wanted(name, **values))


def ref(monitor: MonitorRecord) -> MonitorRef:
    return MonitorRef(id=monitor.id)


async def changed(ctx: Context, monitor: MonitorRecord, **values: Any) -> MonitorRecord:
    return await monitors.monitor_update(ctx, ref=ref(monitor), changes=MonitorChanges(**values))


async def places(ctx: Context, monitor: MonitorRecord) -> list[AnyRow]:
    own = select(monitor_locations).where(monitor_locations.c.watchable_id == monitor.id)
    return list(await ctx.database.rows(own.order_by(monitor_locations.c.position)))


async def location_uuids(ctx: Context) -> list[str]:
    return [one.uuid for one in await locations.of_project(ctx.database, ctx.project().id)]


async def tag_names(ctx: Context, monitor: MonitorRecord) -> list[str]:
    return [tag.name for tag in (await tags.of_watchables(ctx.database, [monitor.id])).get(monitor.id, [])]


async def told(ctx: Context, monitor: MonitorRecord) -> list[int]:
    return (await assignments.contact_ids_of(ctx.database, [monitor.id]))[monitor.id]


async def stored_rows(ctx: Context) -> list[int]:
    tables = (watchables, templates, validations, monitor_locations, watchable_tags, tag_table)
    return [len(await ctx.database.rows(select(table))) for table in tables]
