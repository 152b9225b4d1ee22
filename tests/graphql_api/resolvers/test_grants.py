"""Whose rights a key has: those of its user, in the project and for single watchables."""

import pytest
from sqlalchemy import delete

from app.errors import Forbidden, NotFound, Unauthenticated
from app.models.tables import memberships
from app.security.keys import KeyRole
from app.security.roles import Role
from app.site import Site
from app.store import keys, users
from app.store.check_changes import CheckChanges
from app.store.checks import CheckRecord, CheckRef
from app.store.keys import NewKey
from app.store.projects import ProjectRecord
from graphql_api.context import Context
from graphql_api.resolvers import checks, grants
from tests.world import make_world


async def opened_by(site: Site, project: ProjectRecord, role: Role, *, key: KeyRole = KeyRole.READ_WRITE) -> Context:
    """Return the context of a request with a key that acts for a new member of the project."""
    async with site.database.transaction() as unit:
        user = await users.add(unit, f"{role.lower()}@example.org", "a long password", site.clock())
        await users.join(unit, user.id, project.id, role, site.clock())
        _, secret = await keys.add(unit, site.vault, project.id, NewKey(key, user_id=user.id), site.clock())
    caller = await keys.authenticate(site.database, site.vault, secret, None, site.clock())
    return Context(site=site, caller=caller, root=site.site_root)


@pytest.fixture
async def check(ctx: Context) -> CheckRecord:
    return (await checks.check_create(ctx, changes=CheckChanges(name="Backups"))).check


async def rename(ctx: Context, check: CheckRecord, name: str = "renamed") -> CheckRecord:
    return await checks.check_update(ctx, ref=CheckRef(uuid=check.uuid), changes=CheckChanges(name=name))


async def test_a_read_write_key_of_a_viewer_only_reads(site: Site, project: ProjectRecord, check: CheckRecord) -> None:
    viewer = await opened_by(site, project, Role.VIEWER)

    assert await checks.check_get(viewer, ref=CheckRef(uuid=check.uuid)) == check
    with pytest.raises(Forbidden):
        await rename(viewer, check)
    with pytest.raises(Forbidden):
        await checks.check_create(viewer, changes=CheckChanges(name="another"))


async def test_a_read_only_key_of_an_admin_only_reads(site: Site, project: ProjectRecord, check: CheckRecord) -> None:
    admin = await opened_by(site, project, Role.ADMIN, key=KeyRole.READ_ONLY)

    with pytest.raises(Forbidden):
        await rename(admin, check)


async def test_a_grant_takes_one_watchable_from_an_editor(
    ctx: Context, site: Site, project: ProjectRecord, check: CheckRecord
) -> None:
    other = (await checks.check_create(ctx, changes=CheckChanges(name="other"))).check
    admin, editor = await opened_by(site, project, Role.ADMIN), await opened_by(site, project, Role.EDITOR)

    await grants.grant_update(admin, user_email="editor@example.org", watchable_uuid=check.uuid, role=Role.VIEWER)

    assert (await checks.check_get(editor, ref=CheckRef(uuid=check.uuid))).name == "Backups"
    for change in (checks.check_pause, checks.check_delete):
        with pytest.raises(Forbidden):
            await change(editor, ref=CheckRef(uuid=check.uuid))
    with pytest.raises(Forbidden):
        await rename(editor, check)
    assert (await rename(editor, other)).name == "renamed"


async def test_a_grant_gives_one_watchable_to_a_viewer_within_what_the_key_may(
    ctx: Context, site: Site, project: ProjectRecord, check: CheckRecord
) -> None:
    other = (await checks.check_create(ctx, changes=CheckChanges(name="other"))).check
    admin, viewer = await opened_by(site, project, Role.ADMIN), await opened_by(site, project, Role.VIEWER)
    await grants.grant_update(admin, user_email="viewer@example.org", watchable_uuid=check.uuid, role=Role.EDITOR)

    assert (await rename(viewer, check)).name == "renamed"
    with pytest.raises(Forbidden):
        await rename(viewer, other)


async def test_a_grant_that_is_taken_back_leaves_the_role_of_the_project(
    ctx: Context, site: Site, project: ProjectRecord, check: CheckRecord
) -> None:
    admin, editor = await opened_by(site, project, Role.ADMIN), await opened_by(site, project, Role.EDITOR)
    named = {"user_email": "editor@example.org", "watchable_uuid": check.uuid}
    [granted] = await grants.grant_update(admin, **named, role=Role.VIEWER)
    assert (granted.user_email, granted.watchable_id, granted.role) == ("editor@example.org", check.id, Role.VIEWER)
    assert await grants.grant_list(admin) == [granted]

    await grants.grant_delete(admin, **named)

    assert await grants.grant_list(admin) == []
    assert (await rename(editor, check)).name == "renamed"
    with pytest.raises(NotFound):
        await grants.grant_delete(admin, **named)


async def test_only_admins_grant_and_only_what_is_theirs(
    ctx: Context, site: Site, project: ProjectRecord, check: CheckRecord
) -> None:
    admin, editor = await opened_by(site, project, Role.ADMIN), await opened_by(site, project, Role.EDITOR)
    foreign = await (await make_world(site)).check()
    named = {"user_email": "editor@example.org", "role": Role.VIEWER}

    with pytest.raises(Forbidden):
        await grants.grant_update(editor, **named, watchable_uuid=check.uuid)
    with pytest.raises(NotFound):
        await grants.grant_update(admin, **named, watchable_uuid=foreign.uuid)
    with pytest.raises(NotFound):
        await grants.grant_update(admin, user_email="nobody@example.org", watchable_uuid=check.uuid, role=Role.VIEWER)


async def test_the_key_of_somebody_who_left_opens_nothing(site: Site, project: ProjectRecord) -> None:
    async with site.database.transaction() as unit:
        user = await users.add(unit, "ann@example.org", "a long password", site.clock())
        await users.join(unit, user.id, project.id, Role.EDITOR, site.clock())
        wanted = NewKey(KeyRole.READ_WRITE, user_id=user.id)
        _, secret = await keys.add(unit, site.vault, project.id, wanted, site.clock())
        await unit.execute(delete(memberships).where(memberships.c.user_id == user.id))

    with pytest.raises(Unauthenticated):
        await keys.authenticate(site.database, site.vault, secret, None, site.clock())
