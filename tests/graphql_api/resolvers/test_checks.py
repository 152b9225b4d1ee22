"""What resolvers do with checks, on both databases."""

from dataclasses import replace

import pytest

from app.errors import Conflict, Forbidden, Foreign, InvalidInput, LimitReached, NotFound, Unauthenticated
from app.models import Project
from app.rules.states import FlipReason, ScheduleKind, WatchState
from app.security.roles import Role
from app.site import Site
from app.store import assignments, projects, tags
from app.store.check_changes import CheckChanges, UniqueField
from app.store.checks import CheckRef
from app.store.projects import ProjectRecord
from graphql_api.context import Context
from graphql_api.resolvers import checks, contacts, history
from tests.conftest import MovedClock, caller_of


async def test_a_created_check_is_read_back_as_it_was_given(ctx: Context) -> None:
    given = CheckChanges(name="Backups", tags="prod www", period=3600, grace=60)

    made = await checks.check_create(ctx, changes=given)

    assert made.created
    read = await checks.check_get(ctx, ref=CheckRef(uuid=made.check.uuid))
    assert read == made.check
    assert (read.name, read.tags, read.period, read.grace) == ("Backups", "prod www", 3600, 60)
    assert (read.state, read.paused, read.schedule_kind) == (WatchState.NEW, False, ScheduleKind.PERIOD)
    carried = (await tags.of_watchables(ctx.database, [read.id]))[read.id]
    assert [tag.name for tag in carried] == ["prod", "www"]


async def test_a_check_is_found_by_slug_and_by_unique_key(ctx: Context) -> None:
    made = (await checks.check_create(ctx, changes=CheckChanges(name="a", slug="a-slug"))).check

    assert await checks.check_get(ctx, ref=CheckRef(slug="a-slug")) == made
    assert await checks.check_get(ctx, ref=CheckRef(unique_key=made.unique_key)) == made


async def test_a_slug_of_two_checks_is_a_conflict(ctx: Context) -> None:
    for _ in range(2):
        await checks.check_create(ctx, changes=CheckChanges(slug="twice"))

    with pytest.raises(Conflict):
        await checks.check_get(ctx, ref=CheckRef(slug="twice"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (UniqueField.NAME, {"name": "Backups"}),
        (UniqueField.TAGS, {"tags": "prod"}),
        (UniqueField.PERIOD, {"period": 3600}),
        (UniqueField.GRACE, {"grace": 120}),
        (UniqueField.SLUG, {"slug": "backups"}),
    ],
)
async def test_a_unique_match_is_changed_and_not_made_again(ctx: Context, field: UniqueField, value: dict) -> None:
    first = await checks.check_create(ctx, changes=CheckChanges(**value))

    second = await checks.check_create(ctx, changes=CheckChanges(**value, description="new"), unique=[field])

    assert not second.created
    assert second.check.uuid == first.check.uuid
    assert second.check.description == "new"
    assert len(await checks.check_list(ctx)) == 1


async def test_a_unique_field_that_is_not_given_matches_nothing(ctx: Context) -> None:
    await checks.check_create(ctx, changes=CheckChanges(name="Backups"))

    made = await checks.check_create(ctx, changes=CheckChanges(name="Backups"), unique=[UniqueField.TAGS])

    assert made.created


async def test_no_check_is_made_beyond_the_limit(ctx: Context) -> None:
    for number in range(10):
        await checks.check_create(ctx, changes=CheckChanges(name=str(number)))

    with pytest.raises(LimitReached) as refused:
        await checks.check_create(ctx, changes=CheckChanges(name="one more"))

    assert (refused.value.limit, refused.value.used) == (10, 10)
    assert len(await checks.check_list(ctx)) == 10


@pytest.mark.parametrize(
    "changes",
    [
        CheckChanges(name="x" * 101),
        CheckChanges(name="a\0b"),
        CheckChanges(period=59),
        CheckChanges(grace=31_536_001),
        CheckChanges(schedule="* * * *"),
        CheckChanges(timezone="Mars/Base"),
        CheckChanges(slug="Not A Slug"),
        CheckChanges(channels="nobody"),
        CheckChanges(contacts=("nobody",)),
    ],
)
async def test_invalid_input_stores_nothing(ctx: Context, changes: CheckChanges) -> None:
    made = (await checks.check_create(ctx, changes=CheckChanges(name="before"))).check

    with pytest.raises(InvalidInput):
        await checks.check_create(ctx, changes=changes)
    with pytest.raises(InvalidInput):
        await checks.check_update(ctx, ref=CheckRef(uuid=made.uuid), changes=replace(changes, description="after"))

    assert [listed.id for listed in await checks.check_list(ctx)] == [made.id]


async def test_a_schedule_wins_over_a_period(ctx: Context) -> None:
    made = await checks.check_create(
        ctx, changes=CheckChanges(schedule="15 5 * * *", timezone="Europe/Riga", period=60)
    )

    assert made.check.schedule_kind is ScheduleKind.CRON
    assert (made.check.schedule, made.check.timezone, made.check.period) == ("15 5 * * *", "Europe/Riga", 86_400)


async def test_pausing_twice_stores_one_flip_and_resuming_forgets(ctx: Context, clock: MovedClock) -> None:
    ref = CheckRef(uuid=(await checks.check_create(ctx, changes=CheckChanges(name="a"))).check.uuid)

    paused = await checks.check_pause(ctx, ref=ref)
    clock.move(minutes=1)
    assert await checks.check_pause(ctx, ref=ref) == paused
    resumed = await checks.check_resume(ctx, ref=ref)

    assert (paused.paused, resumed.paused, resumed.last_ping_at) == (True, False, None)
    assert [flip.reason for flip in await history.flip_list(ctx, ref=ref)] == [FlipReason.RESUMED, FlipReason.PAUSED]
    with pytest.raises(Conflict):
        await checks.check_resume(ctx, ref=ref)


async def test_a_deleted_check_is_gone(ctx: Context) -> None:
    made = (await checks.check_create(ctx, changes=CheckChanges(name="a", tags="x"))).check

    assert await checks.check_delete(ctx, ref=CheckRef(uuid=made.uuid)) == made
    with pytest.raises(NotFound):
        await checks.check_get(ctx, ref=CheckRef(uuid=made.uuid))


async def test_a_check_of_another_project_is_foreign_by_uuid_and_unknown_otherwise(ctx: Context, site: Site) -> None:
    made = (await checks.check_create(ctx, changes=CheckChanges(name="a", slug="s"))).check
    async with site.database.transaction() as unit:
        other = await projects.add(unit, Project(name="Other", created_at=site.clock()))
    stranger = Context(site=site, caller=caller_of(other), root="")

    with pytest.raises(Foreign):
        await checks.check_get(stranger, ref=CheckRef(uuid=made.uuid))
    for ref in (CheckRef(slug="s"), CheckRef(unique_key=made.unique_key)):
        with pytest.raises(NotFound) as refused:
            await checks.check_get(stranger, ref=ref)
        assert not isinstance(refused.value, Foreign)


async def test_lists_are_filtered_by_all_tags_and_by_slug(ctx: Context) -> None:
    for name, tag_text in (("1", "a b"), ("2", "a"), ("3", "ab")):
        await checks.check_create(ctx, changes=CheckChanges(name=name, slug=name, tags=tag_text))

    assert [check.name for check in await checks.check_list(ctx)] == ["1", "2", "3"]
    assert [check.name for check in await checks.check_list(ctx, tags=["a", "a"])] == ["1", "2"]
    assert [check.name for check in await checks.check_list(ctx, tags=["a", "b"])] == ["1"]
    assert await checks.check_list(ctx, tags=[""]) == []
    assert [check.name for check in await checks.check_list(ctx, slug="2")] == ["2"]


async def test_who_is_told_follows_channels_and_contacts(ctx: Context) -> None:
    contact = await contacts.contact_create(ctx, name="Ops")
    first, second = [
        await contacts.channel_create(
            ctx, contact_uuid=contact.uuid, kind="email", name=name, settings={"address": f"{name}@example.org"}
        )
        for name in ("one", "two")
    ]
    made = (await checks.check_create(ctx, changes=CheckChanges(channels="*"))).check
    ref = CheckRef(uuid=made.uuid)
    assert await assignments.told(ctx.database, [made.id]) == {made.id: sorted([first.uuid, second.uuid])}

    await checks.check_update(ctx, ref=ref, changes=CheckChanges(channels="one"))
    assert await assignments.told_in_project(ctx.database, made.project_id) == {made.id: [first.uuid]}

    await checks.check_update(ctx, ref=ref, changes=CheckChanges(contacts=(contact.uuid,)))
    assert len((await assignments.told(ctx.database, [made.id]))[made.id]) == 2

    await checks.check_update(ctx, ref=ref, changes=CheckChanges(channels=""))
    assert await assignments.told(ctx.database, [made.id]) == {}


async def test_keys_that_may_only_read_change_nothing(site: Site, project: ProjectRecord) -> None:
    reader = Context(site=site, caller=caller_of(project, Role.VIEWER), root="")
    nobody = Context(site=site, caller=None, root="")

    assert await checks.check_list(reader) == []
    with pytest.raises(Forbidden):
        await checks.check_create(reader, changes=CheckChanges(name="a"))
    with pytest.raises(Unauthenticated):
        await checks.check_list(nobody)
