"""What a grant for one monitor does, and what two who write at once do to each other."""

from asyncio import gather

import pytest

from app.errors import Forbidden
from app.rules.outcomes import ProbeKind
from app.security.roles import Role
from app.site import Site
from app.store import locations, tags, templates
from app.store.check_changes import CheckChanges
from app.store.monitor_changes import MonitorChanges, TemplateChanges
from app.store.monitors import MonitorRecord, MonitorRef
from app.store.projects import ProjectRecord
from graphql_api.context import Context
from graphql_api.resolvers import checks, grants, monitors
from graphql_api.resolvers.templates import template_create, template_list
from tests.graphql_api.resolvers.test_grants import opened_by
from tests.graphql_api.test_statements import counted

STEP = TemplateChanges(url="http://a")


async def made(ctx: Context, name: str, *given: str) -> MonitorRecord:
    changes = MonitorChanges(name=name, interval=60, tags=given, templates=(STEP,))
    return await monitors.monitor_create(ctx, kind=ProbeKind.API, changes=changes)


def ref(monitor: MonitorRecord) -> MonitorRef:
    return MonitorRef(id=monitor.id)


async def test_a_mass_change_that_meets_a_monitor_to_read_only_changes_nothing(
    ctx: Context, site: Site, project: ProjectRecord
) -> None:
    first, second = await made(ctx, "first", "mine"), await made(ctx, "second")
    admin, editor = await opened_by(site, project, Role.ADMIN), await opened_by(site, project, Role.EDITOR)
    await grants.grant_update(admin, user_email="editor@example.org", watchable_uuid=second.uuid, role=Role.VIEWER)
    changes = MonitorChanges(name="renamed")

    with pytest.raises(Forbidden):
        await monitors.monitor_update_all(editor, changes=changes)
    for attempt in (
        monitors.monitor_update(editor, ref=ref(second), changes=changes),
        monitors.monitor_delete(editor, ref=ref(second)),
        template_create(editor, ref=ref(second), changes=STEP),
    ):
        with pytest.raises(Forbidden):
            await attempt

    assert await monitors.monitor_list(editor) == [first, second]
    assert len(await template_list(editor, ref=ref(second))) == 1
    assert [one.id for one in await monitors.monitor_update_all(editor, tags=["mine"], changes=changes)] == [first.id]


async def test_a_grant_lets_a_viewer_write_one_monitor(ctx: Context, site: Site, project: ProjectRecord) -> None:
    first, second = await made(ctx, "first"), await made(ctx, "second")
    admin, viewer = await opened_by(site, project, Role.ADMIN), await opened_by(site, project, Role.VIEWER)
    await grants.grant_update(admin, user_email="viewer@example.org", watchable_uuid=first.uuid, role=Role.EDITOR)

    changed = await monitors.monitor_update(viewer, ref=ref(first), changes=MonitorChanges(name="renamed"))
    await template_create(viewer, ref=ref(first), changes=STEP)

    assert changed.name == "renamed"
    with pytest.raises(Forbidden):
        await monitors.monitor_pause(viewer, ref=ref(second))
    with pytest.raises(Forbidden):
        await made(viewer, "third")


async def test_tags_are_shared_with_checks_and_made_once_by_many_at_once(ctx: Context) -> None:
    await checks.check_create(ctx, changes=CheckChanges(name="check", tags="shared"))
    every = [await made(ctx, name) for name in "abc"]
    changes = MonitorChanges(tags=("new", "shared"))

    await gather(*(monitors.monitor_update(ctx, ref=ref(one), changes=changes) for one in every))

    assert [tag.name for tag in await tags.of_project(ctx.database, every[0].project_id)] == ["new", "shared"]
    assert await monitors.monitor_tag_ids(ctx) == {name: [one.id for one in every] for name in ("new", "shared")}


async def test_what_belongs_to_many_monitors_is_read_in_as_many_statements_as_of_one(ctx: Context, site: Site) -> None:
    every = [(await made(ctx, name, "x", name)).id for name in "abcd"]
    costs = []

    for ids in (every[:1], every):
        with counted(site) as statements:
            listed = await monitors.monitor_list(ctx)
            labels = await tags.of_watchables(ctx.database, ids)
            steps = await templates.of_monitors(ctx.database, site.vault, ids)
            places = await locations.of_monitors(ctx.database, ids)
        assert len(listed) == len(every)
        assert sorted(labels) == sorted(steps) == sorted(places) == ids
        costs.append(len(statements))

    assert costs == [5, 5]
