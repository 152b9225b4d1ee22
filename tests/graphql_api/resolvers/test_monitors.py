"""What resolvers do with monitors, on both databases."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from app.errors import Conflict, Forbidden, Foreign, InvalidInput, LimitReached, NotFound, Unauthenticated
from app.models import Project
from app.models.tables import contacts as contact_table
from app.models.tables import (
    templates,
    validations,
)
from app.rules.outcomes import ProbeKind
from app.rules.states import WatchState
from app.security.roles import Role
from app.site import Site
from app.store import assignments, monitor_pages, projects
from app.store.check_changes import CheckChanges
from app.store.check_pages import CheckOrder, CheckOrderField
from app.store.monitor_changes import MonitorChanges, TemplateChanges
from app.store.monitor_pages import MonitorFilter
from app.store.monitors import MonitorRef
from app.store.projects import ProjectRecord
from graphql_api.context import Context
from graphql_api.resolvers import checks, contacts, monitors
from graphql_api.resolvers import templates as template_resolvers
from tests.conftest import MovedClock, caller_of
from tests.graphql_api.resolvers.made_monitors import (
    IS_OK,
    NOBODY,
    STEPS,
    changed,
    location_uuids,
    made,
    ref,
    stored_rows,
    tag_names,
    told,
    wanted,
)
from tests.graphql_api.test_statements import counted


async def test_a_created_monitor_is_read_back_as_it_was_given(ctx: Context) -> None:
    monitor = await made(ctx, "My Shop", retries=2, degraded_above_ms=900.0, templates=STEPS, tags=("b", "a c", "b"))

    read = await monitors.monitor_get(ctx, ref=ref(monitor))
    assert read == monitor
    assert (read.name, read.slug, read.kind, read.interval) == ("My Shop", "my-shop", ProbeKind.API, 60)
    assert (read.timeout, read.retries, read.degraded_above_ms) == (40, 2, 900.0)
    assert (read.state, read.paused, read.last_run_at) == (WatchState.NEW, False, None)
    assert await tag_names(ctx, read) == ["b", "a c"]
    login, home = await template_resolvers.template_list(ctx, ref=ref(monitor))
    assert (login.position, login.name, login.method, login.url) == (1, "log in", "POST", "http://a/login")
    assert (login.url_parameters, login.headers) == (STEPS[0].url_parameters, STEPS[0].headers)
    assert (login.body, login.follow_redirects, login.timeout) == ("{}", False, None)
    assert [one.expected for one in login.validations] == ["200", "200"]
    assert (home.position, home.method, home.url, home.validations) == (2, "GET", "{{base}}/home", ())


async def test_secret_headers_are_not_stored_in_the_clear(ctx: Context) -> None:
    await made(ctx, templates=STEPS)

    rows = await ctx.database.rows(select(templates))

    assert "sesame" not in str([tuple(row) for row in rows])


async def test_a_monitor_of_an_address_has_no_templates(ctx: Context) -> None:
    changes = wanted(address="http://a")

    monitor = await monitors.monitor_create(ctx, kind=ProbeKind.HTTP, changes=changes)

    assert (monitor.kind, monitor.address) == (ProbeKind.HTTP, "http://a")
    with pytest.raises(Conflict):
        await template_resolvers.template_create(ctx, ref=ref(monitor), changes=STEPS[0])
    with pytest.raises(InvalidInput) as refused:
        await changed(ctx, monitor, templates=STEPS)
    assert refused.value.path == ("templates",)


FAULTS: dict[tuple[str, ...], dict[str, Any]] = {
    ("interval",): {"interval": 1},
    ("templates", "2", "url"): {"templates": (*STEPS, TemplateChanges(url="nowhere"))},
    ("templates", "2", "validations", "1", "expected"): {
        "templates": (*STEPS, TemplateChanges(url="http://a", validations=(IS_OK, replace(IS_OK, expected=None))))
    },
    ("locations", "0"): {"templates": STEPS, "locations": ("no\0where",)},
    ("locations",): {"locations": ()},
    ("contacts", "0"): {"templates": STEPS, "tags": ("x",), "contacts": (NOBODY,)},
    ("tags", "1"): {"templates": STEPS, "tags": ("x", "")},
}
"""What is wrong, by the path that names it."""


async def test_a_fault_anywhere_stores_nothing(ctx: Context) -> None:
    monitor = await made(ctx, templates=STEPS)
    before = await stored_rows(ctx)

    for path, values in FAULTS.items():
        with pytest.raises(InvalidInput) as refused:
            await made(ctx, **values)
        with pytest.raises(InvalidInput) as refused_change:
            await changed(ctx, monitor, **{"name": "after", **values})
        assert (refused.value.path, refused_change.value.path) == (path, path)

    assert await stored_rows(ctx) == before
    assert await monitors.monitor_get(ctx, ref=ref(monitor)) == monitor


async def test_no_monitor_is_made_beyond_the_limit_of_checks(ctx: Context) -> None:
    for number in range(10):
        await made(ctx, str(number))
        await checks.check_create(ctx, changes=CheckChanges(name=str(number)))

    with pytest.raises(LimitReached) as refused:
        await made(ctx, "one more")

    assert (refused.value.limit, refused.value.used) == (10, 10)


async def test_a_monitor_is_found_by_number_uuid_and_slug_of_its_project(
    ctx: Context, site: Site, project: ProjectRecord
) -> None:
    monitor = await made(ctx, "a")
    async with site.database.transaction() as unit:
        other = await projects.add(unit, Project(name="Other", created_at=site.clock()))
    stranger = Context(site=site, caller=caller_of(other), root="")

    for name in (MonitorRef(id=monitor.id), MonitorRef(uuid=monitor.uuid), MonitorRef(slug="a")):
        assert await monitors.monitor_get(ctx, ref=name) == monitor
    for name in (MonitorRef(id=monitor.id), MonitorRef(uuid=monitor.uuid)):
        with pytest.raises(Foreign):
            await monitors.monitor_get(stranger, ref=name)
        with pytest.raises(Foreign):
            await monitors.monitor_delete(stranger, ref=name)
    with pytest.raises(NotFound):
        await monitors.monitor_get(stranger, ref=MonitorRef(slug="a"))
    assert await monitors.monitor_update_all(stranger, changes=MonitorChanges(name="stolen")) == []
    await made(ctx, "a")
    with pytest.raises(Conflict):
        await monitors.monitor_get(ctx, ref=MonitorRef(slug="a"))


async def test_a_change_leaves_what_is_not_given(ctx: Context, clock: MovedClock) -> None:
    monitor = await made(ctx, templates=STEPS, tags=("a",), retries=3)
    before = await template_resolvers.template_list(ctx, ref=ref(monitor))
    clock.move(minutes=1)

    await changed(ctx, monitor, name="Other", remind_every=600)

    read = await monitors.monitor_get(ctx, ref=ref(monitor))
    assert (read.name, read.slug, read.retries, read.remind_every) == ("Other", "shop", 3, 600)
    assert (read.updated_at, read.created_at) == (clock.now, monitor.created_at)
    assert await template_resolvers.template_list(ctx, ref=ref(monitor)) == before
    assert await tag_names(ctx, read) == ["a"]
    clock.move(minutes=1)
    assert (await changed(ctx, monitor)).updated_at == read.updated_at


async def test_tags_and_templates_are_replaced_as_a_whole(ctx: Context) -> None:
    monitor = await made(ctx, templates=STEPS, tags=("a", "b"))

    await changed(ctx, monitor, templates=STEPS[1:], tags=("c", "a"))

    assert await tag_names(ctx, monitor) == ["c", "a"]
    (template,) = await template_resolvers.template_list(ctx, ref=ref(monitor))
    assert (template.position, template.url) == (1, "{{base}}/home")
    assert len(await ctx.database.rows(select(validations))) == 0


async def test_the_usual_timeout_follows_the_interval_and_another_stays(ctx: Context) -> None:
    usual, own = await made(ctx), await made(ctx, timeout=50)

    assert (await changed(ctx, usual, interval=30)).timeout == 15
    assert (await changed(ctx, usual, interval=300)).timeout == 40
    assert (await changed(ctx, own, interval=30)).timeout == 50


async def test_a_deleted_monitor_is_gone_with_all_that_was_its_own(ctx: Context) -> None:
    monitor = await made(ctx, templates=STEPS, tags=("a",))

    assert await monitors.monitor_delete(ctx, ref=ref(monitor)) == monitor

    assert (await stored_rows(ctx))[:5] == [0, 0, 0, 0, 0]
    with pytest.raises(NotFound):
        await monitors.monitor_get(ctx, ref=ref(monitor))


async def test_a_list_has_the_monitors_with_any_of_the_tags(ctx: Context) -> None:
    for name, given in (("1", ("a", "b")), ("2", ("b",)), ("3", ("A", "a b"))):
        await made(ctx, name, tags=given)
    await checks.check_create(ctx, changes=CheckChanges(name="check", tags="a z"))

    async def names(*given: str) -> list[str]:
        return [monitor.name for monitor in await monitors.monitor_list(ctx, tags=given)]

    assert await names() == ["1", "2", "3"]
    assert await names("a") == ["1"]
    assert await names("a", "b", "nobody's") == ["1", "2"]
    assert await names("a b") == ["3"]
    assert await names("z") == []
    assert list(await monitors.monitor_tag_ids(ctx)) == ["a", "b", "A", "a b"]
    assert list((await monitors.monitor_tag_ids(ctx)).values()) == [[1], [1, 2], [3], [3]]


async def test_pages_are_filtered_and_ordered(ctx: Context) -> None:
    east, west, _ = await location_uuids(ctx)
    first = await made(ctx, "b", tags=("x", "y"))
    second = await made(ctx, "a", tags=("x",), locations=(west,), paused=True)
    changes = wanted("Club", address="http://a")
    third = await monitors.monitor_create(ctx, kind=ProbeKind.HTTP, changes=changes)

    async def ids(order: CheckOrder = CheckOrder(), **filters: Any) -> list[int]:  # noqa: B008 - it is frozen
        asked = MonitorFilter(**filters)
        found = await monitors.monitor_page(ctx, wanted=asked, order=order, after=None, limit=9)
        assert await monitors.monitor_count(ctx, wanted=asked) == len(found)
        return [monitor.id for monitor in found]

    assert await ids(tags=("x", "y")) == [first.id]
    assert await ids(location=west) == [second.id]
    assert await ids(location=east) == [first.id, third.id]
    assert await ids(kinds=[ProbeKind.HTTP]) == await ids(search="LU") == await ids(slug="club") == [third.id]
    assert await ids(paused=True) == [second.id]
    assert await ids(states=[WatchState.UP]) == []
    by_name = CheckOrder(CheckOrderField.NAME)
    everything = await ids(CheckOrder(CheckOrderField.CREATED, descending=True))
    assert everything == [third.id, second.id, first.id]
    for field in CheckOrderField:
        order = CheckOrder(field, descending=True)
        start = monitor_pages.position(await monitors.monitor_get(ctx, ref=MonitorRef(id=(await ids(order))[0])), order)
        rest = await monitors.monitor_page(ctx, wanted=MonitorFilter(), order=order, after=start, limit=9)
        assert [monitor.id for monitor in rest] == (await ids(order))[1:]
    assert await ids(by_name, tags=("x",)) == [second.id, first.id]
    counts = await monitor_pages.count_by_state(ctx.database, first.project_id, MonitorFilter())
    assert counts == {WatchState.NEW: 3}


async def test_a_mass_change_costs_no_more_statements_for_many_and_is_of_all_or_none(ctx: Context, site: Site) -> None:
    contact = await contacts.contact_create(ctx, name="Ops")
    _, west, _ = await location_uuids(ctx)
    for name in "abcde":
        await made(ctx, name, tags=("one",) if name == "a" else ("many",), templates=STEPS)
    changes = MonitorChanges(
        interval=300, tags=("x", "many"), templates=STEPS, locations=(west,), contacts=(contact.uuid,), paused=True
    )
    costs = []

    for tag, count in (("one", 1), ("many", 5)):
        with counted(site) as statements:
            found = await monitors.monitor_update_all(ctx, tags=[tag], changes=changes)
        assert len(found) == count
        costs.append(len(statements))

    assert costs[0] == costs[1]
    every = await monitors.monitor_list(ctx)
    assert {(one.interval, one.paused, one.name) for one in every} == {(300, True, name) for name in "abcde"}
    with pytest.raises(InvalidInput):
        await monitors.monitor_update_all(ctx, changes=replace(changes, contacts=(NOBODY,), name="z"))
    assert await monitors.monitor_list(ctx) == every
    resumed = await monitors.monitor_update_all(ctx, changes=MonitorChanges(paused=False))
    assert [one.paused for one in resumed] == [False] * 5


async def test_a_mass_change_of_more_than_one_statement_takes_changes_all(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monitors, "CHANGED_AT_ONCE", 2)
    for name in "abc":
        await made(ctx, name)

    await monitors.monitor_update_all(ctx, changes=MonitorChanges(name="z"))

    assert [one.name for one in await monitors.monitor_list(ctx)] == ["z"] * 3


async def test_contacts_that_are_given_are_told_and_no_others(ctx: Context) -> None:
    first, second = [await contacts.contact_create(ctx, name=name) for name in "ab"]
    monitor = await made(ctx, contacts=(first.uuid,))
    assert await told(ctx, monitor) == [first.id]

    await changed(ctx, monitor, contacts=(second.uuid, first.uuid))
    assert await told(ctx, monitor) == [first.id, second.id]
    await changed(ctx, monitor, contacts=())
    assert await told(ctx, monitor) == []


async def test_monitors_and_contacts_that_are_linked_by_themselves_meet(ctx: Context) -> None:
    linked, other = [await contacts.contact_create(ctx, name=name) for name in "ab"]
    async with ctx.database.transaction() as unit:
        await unit.execute(update(contact_table).where(contact_table.c.id == linked.id).values(auto_linked=True))

    monitor = await made(ctx, auto_linked=True)
    plain, alone = await made(ctx), await made(ctx, auto_linked=True, contacts=())

    assert [await told(ctx, one) for one in (monitor, plain, alone)] == [[linked.id], [], []]
    async with ctx.database.transaction() as unit:
        for contact in (linked, other, other):
            await assignments.link_contact_to_monitors(unit, ctx.project().id, contact.id)
    assert [await told(ctx, one) for one in (monitor, plain, alone)] == [
        [linked.id, other.id],
        [],
        [linked.id, other.id],
    ]


async def test_keys_that_may_only_read_change_nothing(ctx: Context, site: Site, project: ProjectRecord) -> None:
    reader = Context(site=site, caller=caller_of(project, Role.VIEWER), root="")
    monitor = await made(ctx)
    refused = [
        monitors.monitor_create(reader, kind=ProbeKind.API, changes=wanted()),
        monitors.monitor_update(reader, ref=ref(monitor), changes=MonitorChanges(name="b")),
        monitors.monitor_update_all(reader, changes=MonitorChanges(name="b")),
        monitors.monitor_pause(reader, ref=ref(monitor)),
        monitors.monitor_resume(reader, ref=ref(monitor)),
        monitors.monitor_delete(reader, ref=ref(monitor)),
    ]

    for attempt in refused:
        with pytest.raises(Forbidden):
            await attempt

    assert await monitors.monitor_list(reader) == [monitor]
    with pytest.raises(Unauthenticated):
        await monitors.monitor_list(Context(site=site, caller=None, root=""))
