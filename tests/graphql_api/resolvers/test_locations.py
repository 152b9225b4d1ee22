"""Which locations a project may probe from, on both databases."""

from sqlalchemy import insert

from app.ids import new_uuid
from app.models import Project
from app.models.tables import locations as table
from app.site import Site
from app.store import projects
from graphql_api.context import Context
from graphql_api.resolvers.locations import location_list


async def test_a_project_has_the_places_of_everybody_and_its_own(ctx: Context, site: Site) -> None:
    async with site.database.transaction() as unit:
        other = await projects.add(unit, Project(name="Other", created_at=site.clock()))
        for code, owner in (("mine", ctx.project().id), ("theirs", other.id)):
            row = {"uuid": new_uuid(), "code": code, "name": code, "country": "", "region": "", "project_id": owner}
            await unit.execute(insert(table).values(row | {"created_at": site.clock()}))

    found = await location_list(ctx)

    assert [place.code for place in found] == ["us-east", "us-west", "eu-west", "mine"]
