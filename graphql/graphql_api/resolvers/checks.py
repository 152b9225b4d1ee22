"""What can be done with checks."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db.unit_of_work import UnitOfWork
from app.errors import LimitReached
from app.pipeline.alerting import record_change
from app.rules import check_state
from app.security.roles import Role
from app.store import check_pages, checks, projects
from app.store.check_changes import CheckChanges, UniqueField, change, checked, given
from app.store.check_pages import CheckFilter, CheckOrder, Position
from app.store.checks import CheckRecord, CheckRef, ListedCheck
from app.store.projects import ProjectRecord
from graphql_api.context import Context
from graphql_api.resolvers.grants import permit


@dataclass(frozen=True, slots=True)
class MadeCheck:
    """A check, and whether it was created or found by its unique fields."""

    check: CheckRecord
    created: bool


async def check_list(ctx: Context, *, tags: Sequence[str] = (), slug: str | None = None) -> list[ListedCheck]:
    """Return the project's checks that carry all the tags and have the slug, oldest first."""
    return await checks.of_project(ctx.database, ctx.project().id, tags=tags, slug=slug)


async def check_page(
    ctx: Context, *, wanted: CheckFilter, order: CheckOrder, after: Position | None, limit: int
) -> list[CheckRecord]:
    """Return the project's checks that pass the filter, in this order, from behind the position `after`."""
    project = ctx.project()
    return await check_pages.page(ctx.database, project.id, wanted, order, ctx.now(), after=after, limit=limit)


async def check_count(ctx: Context, *, wanted: CheckFilter) -> int:
    """Return how many of the project's checks pass the filter."""
    return await check_pages.count(ctx.database, ctx.project().id, wanted, ctx.now())


async def check_get(ctx: Context, *, ref: CheckRef, needed: Role = Role.VIEWER) -> CheckRecord:
    """Return one check of the project."""
    return await checks.find(ctx.database, ctx.project(needed).id, ref)


async def check_create(
    ctx: Context, *, changes: CheckChanges, unique: Sequence[UniqueField] = (), new_slug: str = ""
) -> MadeCheck:
    """Make a check, or change the oldest one that has the same unique fields (specs/healthchecks.md section 5.3).

    `new_slug` is that of a check that is made while the changes give none.
    """
    project = ctx.project(Role.EDITOR)
    checked(changes)
    async with ctx.database.transaction() as unit:
        await projects.lock(unit, project.id)
        found = await _matching(unit, project.id, changes, unique)
        if found is not None:
            await permit(ctx, unit, [found.id])
            await change(unit, found, changes)
            return MadeCheck(found, created=False)
        await _keep_limit(unit, project)
        made = checks.new_check(project.id, "", new_slug, ctx.now())
        await checks.add(unit, made)
        await change(unit, made, changes)
        return MadeCheck(made, created=True)


async def check_update(ctx: Context, *, ref: CheckRef, changes: CheckChanges) -> CheckRecord:
    """Change what is given of a check; its state stays, the watcher acts on the new deadline."""
    project = ctx.reach(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        check = await _found(ctx, unit, project.id, ref)
        await change(unit, check, changes)
        return check


async def check_pause(ctx: Context, *, ref: CheckRef) -> CheckRecord:
    """Stop watching a check; pausing a paused one changes nothing."""
    project = ctx.reach(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        check = await _found(ctx, unit, project.id, ref)
        paused = check_state.pause(check, ctx.now())
        if paused is not None:
            await checks.save(unit, check)
            await record_change(unit, check.id, paused, ctx.now())
        return check


async def check_resume(ctx: Context, *, ref: CheckRef) -> CheckRecord:
    """Let a paused check wait for its first ping; Conflict when it is not paused."""
    project = ctx.reach(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        check = await _found(ctx, unit, project.id, ref)
        resumed = check_state.resume(check, ctx.now())
        await checks.save(unit, check)
        await record_change(unit, check.id, resumed, ctx.now())
        return check


async def check_delete(ctx: Context, *, ref: CheckRef) -> CheckRecord:
    """Delete a check with its history and return it as it was."""
    project = ctx.reach(Role.EDITOR)
    async with ctx.database.transaction() as unit:
        check = await _found(ctx, unit, project.id, ref)
        await checks.remove(unit, check)
        return check


async def _found(ctx: Context, unit: UnitOfWork, project_id: int, ref: CheckRef) -> CheckRecord:
    """Return a check that the caller may change, locked."""
    check = await checks.find(unit, project_id, ref, lock=True)
    await permit(ctx, unit, [check.id])
    return check


async def _matching(
    unit: UnitOfWork, project_id: int, changes: CheckChanges, unique: Sequence[UniqueField]
) -> CheckRecord | None:
    values = given(changes)
    if not unique or any(field not in values for field in unique):
        return None
    return await checks.oldest_like(unit, project_id, {str(field): values[field] for field in unique})


async def _keep_limit(unit: UnitOfWork, project: ProjectRecord) -> None:
    used = await checks.count(unit, project.id)
    if used >= project.check_limit:
        raise LimitReached("The project has as many checks as it may have.", limit=project.check_limit, used=used)
