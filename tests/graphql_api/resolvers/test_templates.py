"""What resolvers do with the templates of monitors, on both databases."""

from typing import Any

import pytest

from app.errors import Forbidden, Foreign, InvalidInput, LimitReached, NotFound
from app.models import Project
from app.rules import monitor_settings
from app.rules.outcomes import ProbeKind
from app.rules.validations import ValidationOperator, ValidationSource
from app.security.roles import Role
from app.site import Site
from app.store import projects
from app.store.monitor_changes import MonitorChanges, TemplateChanges, ValidationInput
from app.store.monitors import MonitorRecord, MonitorRef
from app.store.templates import TemplateHeader, of_monitors
from graphql_api.context import Context
from graphql_api.resolvers import monitors
from graphql_api.resolvers.templates import (
    template_create,
    template_delete,
    template_get,
    template_list,
    template_update,
)
from tests.conftest import MovedClock, caller_of
from tests.graphql_api.test_statements import counted


def status(expected: str) -> ValidationInput:
    return ValidationInput(source=ValidationSource.STATUS, operator=ValidationOperator.EQUALS, expected=expected)


async def made(ctx: Context, *urls: str, **values: Any) -> MonitorRecord:
    steps = tuple(TemplateChanges(url=url, validations=(status("200"),)) for url in urls)
    changes = MonitorChanges(name="shop", interval=60, templates=steps, **values)
    return await monitors.monitor_create(ctx, kind=ProbeKind.API, changes=changes)


def ref(monitor: MonitorRecord) -> MonitorRef:
    return MonitorRef(id=monitor.id)


async def places(ctx: Context, monitor: MonitorRecord) -> list[tuple[int, str]]:
    return [(one.position, one.url) for one in await template_list(ctx, ref=ref(monitor))]


async def test_a_new_template_is_the_last(ctx: Context, clock: MovedClock) -> None:
    monitor = await made(ctx, "http://a", "http://b")
    clock.move(minutes=1)

    template = await template_create(
        ctx, ref=ref(monitor), changes=TemplateChanges(url="http://c", validations=(status("201"), status("2xx")))
    )

    assert await places(ctx, monitor) == [(1, "http://a"), (2, "http://b"), (3, "http://c")]
    assert [one.expected for one in template.validations] == ["201", "2xx"]
    assert (template.created_at, template.updated_at) == (clock.now, clock.now)
    assert (await monitors.monitor_get(ctx, ref=ref(monitor))).updated_at == clock.now
    assert await template_get(ctx, ref=ref(monitor), template_id=template.id) == template
    assert await template_get(ctx, ref=ref(monitor), template_id=template.uuid) == template


async def test_a_changed_template_keeps_its_number_and_what_is_not_given(ctx: Context, clock: MovedClock) -> None:
    monitor = await made(ctx, "http://a", "http://b")
    first, second = await template_list(ctx, ref=ref(monitor))
    clock.move(minutes=1)

    changes = TemplateChanges(
        method="put", body="", headers=(TemplateHeader("A", "b"),), validations=(status("5xx"),), timeout=3
    )
    after = await template_update(ctx, ref=ref(monitor), template_id=first.id, changes=changes)

    assert await template_list(ctx, ref=ref(monitor)) == [after, second]
    assert (after.id, after.uuid, after.position, after.url) == (first.id, first.uuid, 1, "http://a")
    assert (after.method, after.body, after.timeout) == ("PUT", "", 3)
    assert (after.headers, [one.expected for one in after.validations]) == ((TemplateHeader("A", "b"),), ["5xx"])
    assert (after.created_at, after.updated_at) == (first.created_at, clock.now)
    assert (await monitors.monitor_get(ctx, ref=ref(monitor))).updated_at == clock.now

    cleared = TemplateChanges(body=None, timeout=None, validations=(), headers=())
    after = await template_update(ctx, ref=ref(monitor), template_id=first.id, changes=cleared)
    assert (after.body, after.timeout, after.validations, after.headers) == (None, None, (), ())


async def test_nothing_given_changes_nothing(ctx: Context, clock: MovedClock) -> None:
    monitor = await made(ctx, "http://a")
    (template,) = await template_list(ctx, ref=ref(monitor))
    clock.move(minutes=1)

    assert await template_update(ctx, ref=ref(monitor), template_id=template.id, changes=TemplateChanges()) == template
    assert await monitors.monitor_get(ctx, ref=ref(monitor)) == monitor


async def test_templates_behind_a_deleted_one_move_up(ctx: Context, clock: MovedClock) -> None:
    monitor = await made(ctx, "http://a", "http://b", "http://c")
    first, second, third = await template_list(ctx, ref=ref(monitor))
    clock.move(minutes=1)

    assert await template_delete(ctx, ref=ref(monitor), template_id=second.id) == second

    assert [one.id for one in await template_list(ctx, ref=ref(monitor))] == [first.id, third.id]
    assert await places(ctx, monitor) == [(1, "http://a"), (2, "http://c")]
    assert (await monitors.monitor_get(ctx, ref=ref(monitor))).updated_at == clock.now


async def test_a_fault_stores_nothing(ctx: Context) -> None:
    monitor = await made(ctx, "http://a")
    before = await template_list(ctx, ref=ref(monitor))
    faults = {
        ("url",): TemplateChanges(url="nowhere"),
        ("validations", "1", "expected"): TemplateChanges(url="http://a", validations=(status("200"), status("x"))),
    }

    for path, changes in faults.items():
        with pytest.raises(InvalidInput) as refused:
            await template_create(ctx, ref=ref(monitor), changes=changes)
        with pytest.raises(InvalidInput) as refused_change:
            await template_update(ctx, ref=ref(monitor), template_id=before[0].id, changes=changes)
        assert (refused.value.path, refused_change.value.path) == (path, path)
    with pytest.raises(InvalidInput) as refused:
        await template_create(ctx, ref=ref(monitor), changes=TemplateChanges(name="a"))
    assert refused.value.path == ("url",)

    assert await template_list(ctx, ref=ref(monitor)) == before


async def test_templates_of_others_are_not_found(ctx: Context, site: Site) -> None:
    monitor, other = await made(ctx, "http://a"), await made(ctx, "http://b")
    (foreign,) = await template_list(ctx, ref=ref(other))
    async with site.database.transaction() as unit:
        project = await projects.add(unit, Project(name="Other", created_at=site.clock()))
    stranger = Context(site=site, caller=caller_of(project), root="")

    for name in (foreign.id, foreign.uuid, 10**9):
        with pytest.raises(NotFound):
            await template_get(ctx, ref=ref(monitor), template_id=name)
        with pytest.raises(NotFound):
            await template_update(ctx, ref=ref(monitor), template_id=name, changes=TemplateChanges(name="x"))
        with pytest.raises(NotFound):
            await template_delete(ctx, ref=ref(monitor), template_id=name)
    with pytest.raises(Foreign):
        await template_delete(stranger, ref=ref(other), template_id=foreign.id)

    assert await template_list(ctx, ref=ref(other)) == [foreign]


async def test_a_monitor_has_room_for_so_many_templates_and_characters(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitor_settings, "MOST_TEMPLATES", 2)
    monkeypatch.setattr(monitor_settings, "MOST_TEXT", 40)
    monitor = await made(ctx, "http://a")
    changes = TemplateChanges(url="http://b", body="x" * 20)

    with pytest.raises(InvalidInput):
        await template_create(ctx, ref=ref(monitor), changes=TemplateChanges(url="http://b", body="x" * 30))
    template = await template_create(ctx, ref=ref(monitor), changes=TemplateChanges(url="http://b"))
    with pytest.raises(LimitReached):
        await template_create(ctx, ref=ref(monitor), changes=changes)
    with pytest.raises(InvalidInput):
        await template_update(ctx, ref=ref(monitor), template_id=template.id, changes=TemplateChanges(body="x" * 30))

    assert await places(ctx, monitor) == [(1, "http://a"), (2, "http://b")]


async def test_keys_that_may_only_read_change_no_template(ctx: Context, site: Site) -> None:
    monitor = await made(ctx, "http://a")
    (template,) = await template_list(ctx, ref=ref(monitor))
    reader = Context(site=site, caller=caller_of(ctx.project(), Role.VIEWER), root="")
    refused = [
        template_create(reader, ref=ref(monitor), changes=TemplateChanges(url="http://b")),
        template_update(reader, ref=ref(monitor), template_id=template.id, changes=TemplateChanges(name="b")),
        template_delete(reader, ref=ref(monitor), template_id=template.id),
    ]

    for attempt in refused:
        with pytest.raises(Forbidden):
            await attempt

    assert await template_list(reader, ref=ref(monitor)) == [template]


async def test_templates_of_many_monitors_cost_two_statements(ctx: Context, site: Site) -> None:
    ids = [(await made(ctx, "http://a", "http://b")).id for _ in range(4)]

    with counted(site) as statements:
        found = await of_monitors(ctx.database, site.vault, ids)

    assert len(statements) == 2
    assert {number: [one.url for one in steps] for number, steps in found.items()} == {
        number: ["http://a", "http://b"] for number in ids
    }
