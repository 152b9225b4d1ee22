"""What a project is to be."""

import strawberry


@strawberry.input(description="What a new project is to be.")
class ProjectCreateInput:
    """A new project."""

    name: str = strawberry.field(description="What people are to call it; at most 100 characters.")
    timezone: str = strawberry.field(default="UTC", description="A name of the tz database, such as `Europe/Berlin`.")


@strawberry.input(description="What is to become of a project; what is absent stays as it is, and nothing can be null.")
class ProjectUpdateInput:
    """Changes of a project."""

    name: strawberry.Maybe[str] = strawberry.field(default=None, description="What people are to call it.")
    slug: strawberry.Maybe[str] = strawberry.field(default=None, description="Its name in URLs.")
    timezone: strawberry.Maybe[str] = strawberry.field(
        default=None, description="A name of the tz database, such as `Europe/Berlin`."
    )
