"""What resolvers do with contacts that are reached by one channel, and with parts of lists, on both databases."""

import pytest
from sqlalchemy import select

from app.db.reader import AnyRow
from app.db.unit_of_work import UnitOfWork
from app.errors import Forbidden, InvalidInput, NotFound
from app.models.tables import projects
from app.provisioning.make import make_contact
from app.rules.outcomes import ProbeKind
from app.security.roles import Role
from app.site import Site
from app.store import assignments, channels
from app.store.channels import ChannelRecord
from app.store.monitor_changes import MonitorChanges
from app.store.parts import Part
from app.store.projects import ProjectRecord
from app.store.single_contacts import SingleContact
from app.store.single_contacts import SingleContactChanges as Changes
from graphql_api.context import Context
from graphql_api.resolvers import contacts, monitors
from graphql_api.resolvers import single_contacts as resolvers
from tests.conftest import caller_of
from tests.world import World, make_world


async def made(ctx: Context, value: str = "ops@example.org", kind: str = "email") -> SingleContact:
    return await resolvers.single_contact_create(ctx, changes=Changes(label="Ops", kind=kind, value=value))


async def changed(ctx: Context, found: SingleContact, **values: str) -> SingleContact:
    return await resolvers.single_contact_update(ctx, contact_id=found.contact.id, changes=Changes(**values))


async def only_channel(ctx: Context, found: SingleContact) -> ChannelRecord:
    [channel] = (await channels.of_contacts(ctx.database, [found.contact.id]))[found.contact.id]
    return channel


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


async def test_a_contact_changes_as_a_whole_or_not_at_all(ctx: Context) -> None:
    found = await made(ctx)

    for values in ({"value": "nobody"}, {"kind": "url"}, {"kind": "slack"}, {"label": "x" * 101, "value": "a@b"}):
        with pytest.raises(InvalidInput):
            await changed(ctx, found, **values)
    for wanted in (Changes(kind="email"), Changes(value="a@b"), Changes(kind="slack", value="https://a.test")):
        with pytest.raises(InvalidInput):
            await resolvers.single_contact_create(ctx, changes=wanted)

    assert await resolvers.single_contact_get(ctx, contact_id=found.contact.id) == found
    assert (await resolvers.single_contact_list(ctx)).items == [found]


async def test_another_kind_takes_the_place_of_the_channel(ctx: Context) -> None:
    found = await made(ctx)
    monitor = await monitors.monitor_create(ctx, kind=ProbeKind.API, changes=MonitorChanges(name="m", interval=60))
    async with ctx.database.transaction() as unit:
        await assignments.assign_channels(unit, monitor.id, {found.channel.id})

    after = await changed(ctx, found, kind="pagerduty", value="key", label="Boss")

    channel = await only_channel(ctx, after)
    assert (after.contact.id, after.contact.name, after.value) == (found.contact.id, "Boss", "key")
    assert (channel.kind, channel.name) == ("pagerduty", "Boss")
    assert await assignments.told(ctx.database, [monitor.id]) == {monitor.id: [channel.uuid]}


async def test_no_monitor_is_made_while_a_contact_is_linked(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    site, uuid = ctx.site, ctx.project().uuid
    free: list[AnyRow | None] = []

    async def linked(unit: UnitOfWork, project_id: int, contact_id: int) -> None:
        await link(unit, project_id, contact_id)
        if ctx.database.is_sqlite:  # which has one writer at a time
            free.append(None)
            return
        async with ctx.database.transaction() as other:
            unlocked = select(projects.c.id).where(projects.c.id == project_id)
            free.append(await other.row(unlocked.with_for_update(key_share=True, skip_locked=True)))

    link = assignments.link_contact_to_monitors
    monkeypatch.setattr(assignments, "link_contact_to_monitors", linked)
    changes = MonitorChanges(name="m", interval=60, auto_linked=True)
    monitor = await monitors.monitor_create(ctx, kind=ProbeKind.API, changes=changes)

    await made(ctx)
    await contacts.contact_create(ctx, name="Ops", auto_linked=True)
    plain = await contacts.contact_create(ctx, name="Ops")
    await contacts.contact_update(ctx, uuid=plain.uuid, name=None, auto_linked=True)
    await make_contact(site, uuid, name="Ops", kind="email", value="ops@example.org", settings={})

    assert free == [None] * 4
    assert len((await assignments.contact_ids_of(ctx.database, [monitor.id]))[monitor.id]) == 4


async def test_a_channel_that_was_disabled_sends_again_by_another_address(ctx: Context) -> None:
    found = await made(ctx)
    await contacts.channel_update(ctx, uuid=found.channel.uuid, name=None, settings=None, disabled=True)

    assert (await changed(ctx, found, label="Boss")).channel.disabled is True
    assert (await changed(ctx, found, value="night@example.org")).channel.disabled is False


async def test_a_name_that_the_channel_was_given_stays(ctx: Context) -> None:
    found = await made(ctx)
    await contacts.channel_update(ctx, uuid=found.channel.uuid, name="night mail", settings=None, disabled=None)

    after = await changed(ctx, found, label="Boss", value="night@example.org")

    assert (after.contact.name, (await only_channel(ctx, after)).name) == ("Boss", "night mail")


async def test_parts_of_lists_are_pinned(ctx: Context) -> None:
    first, second, third = [await made(ctx, f"{name}@example.org") for name in "abc"]
    one, two, three = [
        await monitors.monitor_create(
            ctx, kind=ProbeKind.API, changes=MonitorChanges(name=name, interval=60, tags=tags)
        )
        for name, tags in (("a", ("x", "y")), ("b", ()), ("c", ("y",)))
    ]

    some = await resolvers.single_contact_list(ctx, part=Part(2))
    assert (some.items, some.total, some.at_most_id) == ([first, second], 3, third.contact.id)
    some = await resolvers.single_contact_list(ctx, part=Part(2, 1, second.contact.id))
    assert (some.items, some.total, some.at_most_id) == ([second], 2, second.contact.id)
    listed = await monitors.monitor_part(ctx, tags=("x", "y"), part=Part(2))
    assert ([each.id for each in listed.items], listed.total, listed.at_most_id) == ([one.id, three.id], 2, three.id)
    listed = await monitors.monitor_part(ctx, part=Part(5, 1, two.id))
    assert ([each.id for each in listed.items], listed.total) == ([two.id], 2)
    listed = await monitors.monitor_part(ctx, tags=("z",), part=Part(5))
    assert (listed.items, listed.total, listed.at_most_id) == ([], 0, None)


async def test_who_may_only_read_changes_nothing_and_others_see_nothing(
    ctx: Context, site: Site, project: ProjectRecord, world: World
) -> None:
    found = await made(ctx)
    number = found.contact.id
    reader = Context(site=site, caller=caller_of(project, Role.VIEWER), root="")

    assert await resolvers.single_contact_get(reader, contact_id=number) == found
    for attempt in (
        resolvers.single_contact_create(reader, changes=Changes(kind="email", value="a@b")),
        resolvers.single_contact_update(reader, contact_id=number, changes=Changes(label="x")),
        resolvers.single_contact_delete(reader, contact_id=number),
    ):
        with pytest.raises(Forbidden):
            await attempt
    with pytest.raises(NotFound):
        await resolvers.single_contact_delete(ctx, contact_id=world.contact.id)
