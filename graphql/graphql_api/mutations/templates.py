"""What can be done with the templates of monitors."""

from typing import Annotated

import strawberry

from app.store.templates import TemplateRecord
from graphql_api.fields import Info, fetched
from graphql_api.inputs.references import monitor_ref, uuid_of
from graphql_api.inputs.template import TemplateInput, TemplateUpdateInput
from graphql_api.mutations.payload import Payload, refusable
from graphql_api.nodes.template import Template
from graphql_api.resolvers import single_templates, templates

TemplateId = Annotated[strawberry.ID, strawberry.argument(description="Which template.")]


@strawberry.type(description="What `templateCreate` did.")
class TemplateCreatePayload(Payload):
    """The template."""

    template: TemplateRecord | None = strawberry.field(
        graphql_type=Template | None, default=None, description="The template; null when refused."
    )


@strawberry.type(description="What `templateUpdate` did.")
class TemplateUpdatePayload(Payload):
    """The template as it is now."""

    template: TemplateRecord | None = strawberry.field(
        graphql_type=Template | None, default=None, description="The template as it is now; null when refused."
    )


@strawberry.type(description="What `templateDelete` did.")
class TemplateDeletePayload(Payload):
    """What is gone."""

    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="What was deleted; null when refused."
    )


@refusable(TemplateCreatePayload, {"monitorId": ("monitorId",)})
async def _create(
    info: Info,
    monitor_id: Annotated[strawberry.ID, strawberry.argument(description="The monitor whose last step it is to be.")],
    input: Annotated[TemplateInput, strawberry.argument(description="What the step is to be.")],  # noqa: A002 - the argument's name in the schema
) -> TemplateCreatePayload:
    made = await templates.template_create(
        info.context, ref=monitor_ref(monitor_id, "monitorId"), changes=input.changes()
    )
    return TemplateCreatePayload(template=made)


@refusable(TemplateUpdatePayload)
async def _update(
    info: Info,
    id: TemplateId,  # noqa: A002 - the argument's name in the schema
    input: Annotated[TemplateUpdateInput, strawberry.argument(description="What is to become of it.")],  # noqa: A002 - as above
) -> TemplateUpdatePayload:
    uuid = uuid_of(id, "Template", "id")
    changed = await single_templates.template_update_by_uuid(info.context, uuid=uuid, changes=input.changes())
    return TemplateUpdatePayload(template=changed)


@refusable(TemplateDeletePayload)
async def _delete(info: Info, id: TemplateId) -> TemplateDeletePayload:  # noqa: A002 - the argument's name in the schema
    await single_templates.template_delete_by_uuid(info.context, uuid=uuid_of(id, "Template", "id"))
    return TemplateDeletePayload(deleted_id=id)


@strawberry.type
class TemplateMutation:
    """The mutations of templates."""

    template_create: TemplateCreatePayload = fetched(
        _create, "Give a monitor one more step, the last; CONFLICT when it is of kind HTTP."
    )
    template_update: TemplateUpdatePayload = fetched(_update, "Change a step; lists are replaced as a whole.")
    template_delete: TemplateDeletePayload = fetched(_delete, "Delete a step; those behind it move up.")
