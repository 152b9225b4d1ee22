"""What can be done with contacts."""

from typing import Annotated

import strawberry

from app.store.channels import ContactRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.channel import ContactCreateInput, ContactUpdateInput
from graphql_api.inputs.references import uuid_of
from graphql_api.mutations.payload import Payload, own_project, refusable
from graphql_api.nodes.contact import Contact
from graphql_api.resolvers import contacts

ContactId = Annotated[strawberry.ID, strawberry.argument(description="Which contact.")]


@strawberry.type(description="What `contactCreate` did.")
class ContactCreatePayload(Payload):
    """The contact."""

    contact: ContactRecord | None = strawberry.field(
        graphql_type=Contact | None, default=None, description="The contact; null when refused."
    )


@strawberry.type(description="What `contactUpdate` did.")
class ContactUpdatePayload(Payload):
    """The contact as it is now."""

    contact: ContactRecord | None = strawberry.field(
        graphql_type=Contact | None, default=None, description="The contact as it is now; null when refused."
    )


@strawberry.type(description="What `contactDelete` did.")
class ContactDeletePayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="What was deleted; null when refused."
    )


@refusable(ContactCreatePayload)
async def _create(
    info: Info,
    input: Annotated[ContactCreateInput, strawberry.argument(description="What the contact is to be.")],  # noqa: A002 - the argument's name in the schema
) -> ContactCreatePayload:
    own_project(info.context, input.project_id)
    made = await contacts.contact_create(info.context, name=input.name, auto_linked=input.auto_linked)
    return ContactCreatePayload(contact=made)


@refusable(ContactUpdatePayload)
async def _update(
    info: Info,
    id: ContactId,  # noqa: A002 - the argument's name in the schema
    input: Annotated[ContactUpdateInput, strawberry.argument(description="What is to become of it.")],  # noqa: A002 - as above
) -> ContactUpdatePayload:
    changed = await contacts.contact_update(
        info.context,
        uuid=uuid_of(id, "Contact", "id"),
        name=input.name.value if input.name else None,
        auto_linked=input.auto_linked.value if input.auto_linked else None,
    )
    return ContactUpdatePayload(contact=changed)


@refusable(ContactDeletePayload)
async def _delete(
    info: Info,
    id: ContactId,  # noqa: A002 - the argument's name in the schema
) -> ContactDeletePayload:
    await contacts.contact_delete(info.context, uuid=uuid_of(id, "Contact", "id"))
    return ContactDeletePayload(deleted_id=id)


@strawberry.type
class ContactMutation:
    """The mutations of contacts."""

    contact_create: ContactCreatePayload = fetched(_create, "Make a contact, without channels as yet.")
    contact_update: ContactUpdatePayload = fetched(_update, "Change a contact.")
    contact_delete: ContactDeletePayload = fetched(_delete, "Delete a contact with its channels.")
