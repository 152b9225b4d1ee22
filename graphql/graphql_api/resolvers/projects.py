"""What can be done with the caller's project."""

from app.errors import InvalidInput, NotFound
from app.rules.check_settings import LONGEST_NAME, checked_slug, checked_text, checked_timezone
from app.security.roles import Role
from app.store import projects, tags
from app.store.projects import ProjectRecord
from app.store.tags import TagRecord
from graphql_api.context import Context


async def project_get(ctx: Context, *, uuid: str | None = None, slug: str | None = None) -> ProjectRecord:
    """Return the caller's project; NotFound when it has another uuid or slug than asked for."""
    project = ctx.project()
    if uuid not in (None, project.uuid) or slug not in (None, project.slug):
        raise NotFound("There is no such project.")
    return project


async def project_update(
    ctx: Context, *, uuid: str, name: str | None = None, slug: str | None = None, timezone: str | None = None
) -> ProjectRecord:
    """Change what is given of the caller's project and return it as it is now."""
    project = ctx.project(Role.EDITOR)
    await project_get(ctx, uuid=uuid)
    values: dict[str, str] = {}
    if name is not None:
        values["name"] = checked_text(name, "name", LONGEST_NAME)
        if not name.strip():
            raise InvalidInput("A project needs a name.", path=("name",))
    if slug is not None:
        values["slug"] = checked_slug(slug)
    if timezone is not None:
        values["timezone"] = checked_timezone(timezone)
    async with ctx.database.transaction() as unit:
        return await projects.change(unit, project.id, values)


async def tag_list(ctx: Context) -> list[TagRecord]:
    """Return the project's tags by name."""
    return await tags.of_project(ctx.database, ctx.project().id)
