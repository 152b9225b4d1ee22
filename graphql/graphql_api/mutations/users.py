"""What can be done with the key's own user."""

from typing import Annotated

import strawberry

from app.store.users import UserRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.user import UserUpdateInput
from graphql_api.mutations.payload import Payload, refusable
from graphql_api.nodes.user import User
from graphql_api.resolvers import users


@strawberry.type(description="What `userUpdate` did.")
class UserUpdatePayload(Payload):
    """The user as it is now."""

    user: UserRecord | None = strawberry.field(
        graphql_type=User | None, default=None, description="The user as it is now; null when refused."
    )


@refusable(UserUpdatePayload)
async def _update(
    info: Info,
    input: Annotated[UserUpdateInput, strawberry.argument(description="What is to become of the user.")],  # noqa: A002 - the argument's name in the schema
) -> UserUpdatePayload:
    changed = await users.user_update(
        info.context,
        name=input.name.value if input.name else None,
        timezone=input.timezone.value if input.timezone else None,
        report_rhythm=input.report_rhythm.value if input.report_rhythm else None,
        nag_rhythm=input.nag_rhythm.value if input.nag_rhythm else None,
    )
    return UserUpdatePayload(user=changed)


@strawberry.type
class UserMutation:
    """The mutations of users."""

    user_update: UserUpdatePayload = fetched(
        _update, "Change the user whom the key acts for. Needs a read-write key that acts for one."
    )
