"""Template: one step of a monitor, and what must hold of its answer."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from app.rules.validations import ValidationOperator, ValidationSource
from app.store.monitors import MonitorRecord
from app.store.templates import TemplateHeader as Header
from app.store.templates import TemplateRecord, ValidationRecord
from graphql_api.fields import Info, fetched, node_type, plain, stored
from graphql_api.nodes.measured import NamedText, named_texts
from graphql_api.nodes.node import Node
from graphql_api.scalars import Duration

if TYPE_CHECKING:
    from graphql_api.nodes.monitor import Monitor


def _value(root: Header) -> str | None:
    return None if root.secret else root.value


def _number(root: TemplateRecord) -> int:
    return root.id


def _url_parameters(root: TemplateRecord) -> list[NamedText]:
    return named_texts(root.url_parameters)


def _headers(root: TemplateRecord) -> list[Header]:
    return list(root.headers)


def _validations(root: TemplateRecord) -> list[ValidationRecord]:
    return list(root.validations)


async def _monitor(root: TemplateRecord, info: Info) -> MonitorRecord | None:
    return await info.context.loaders.monitor.load(root.watchable_id)


@node_type(Header, "A header that a template sends.")
class TemplateHeader:
    """Describes `TemplateHeader` of the store."""

    name: str = stored("The name.")
    value: str | None = plain(_value, "The value, before variables are filled in; null when it is secret.")
    secret: bool = stored("Whether the value is never shown again.")


@node_type(ValidationRecord, "A condition on the answer to a template's request.")
class Validation(Node):
    """Describes `ValidationRecord`."""

    source: ValidationSource = stored("What it looks at.")
    expression: str = stored("Which header, JSON path or script it is about; empty where the source needs none.")
    operator: ValidationOperator = stored("What it wants of that.")
    expected: str = stored("What it compares with; empty where the operator compares with nothing.")


@node_type(
    TemplateRecord, "One step of a monitor: a single request, what must hold of its answer, and the scripts around it."
)
class Template(Node):
    """Describes `TemplateRecord`."""

    number: int = plain(_number, "Its whole number, unique among templates: REST clients know it by this.")
    position: int = stored("Its place among the steps of its monitor, from 1.")
    name: str | None = stored("What people call it.")
    method: str = stored("The method of its request.")
    url: str = stored("Where its request goes; `{{name}}` stands for a variable.")
    url_parameters: list[NamedText] = plain(_url_parameters, "What is added to the URL's query.")
    headers: list[TemplateHeader] = plain(_headers, "The headers of its request.")
    body: str | None = stored("The body of its request.")
    follow_redirects: bool = stored("Whether redirects are followed.")
    timeout: Duration | None = stored("Seconds that its request may take; null leaves it to the run.")
    pre_process_script: str | None = stored("The script that runs before the request.")
    post_script: str | None = stored("The script that runs after the answer.")
    validations: list[Validation] = plain(_validations, "What must hold of its answer, in their order.")
    created_at: datetime = stored("When it was made.")
    updated_at: datetime = stored("When it was last changed.")
    monitor: Annotated["Monitor", strawberry.lazy("graphql_api.nodes.monitor")] | None = fetched(
        _monitor, "The monitor whose step it is."
    )
