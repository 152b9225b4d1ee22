"""What can be done with locations."""

from app.store import locations
from app.store.locations import LocationRecord
from graphql_api.context import Context


async def location_list(ctx: Context) -> list[LocationRecord]:
    """Return the locations that the project may probe from, oldest first."""
    return await locations.of_project(ctx.database, ctx.project().id)
