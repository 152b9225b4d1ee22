"""What a step of a monitor is to be."""

from collections.abc import Sequence
from typing import Any

import strawberry

from app.rules.validations import ValidationOperator, ValidationSource
from app.store.check_changes import UNSET
from app.store.monitor_changes import TemplateChanges
from app.store.monitor_changes import ValidationInput as NewValidation
from app.store.templates import TemplateHeader
from graphql_api.scalars import Duration


@strawberry.input(description="A name and a value.")
class ParameterInput:
    """A parameter of a URL."""

    name: str = strawberry.field(description="The name; may be given several times.")
    value: str = strawberry.field(description="The value.")


@strawberry.input(description="A header that a template is to send.")
class TemplateHeaderInput:
    """A header."""

    name: str = strawberry.field(description="The name; may be given several times.")
    value: str = strawberry.field(description="The value; `{{name}}` stands for a variable.")
    secret: bool = strawberry.field(
        default=False, description="Whether the value is never shown again, and nowhere recorded."
    )


@strawberry.input(description="A condition on the answer to a template's request.")
class ValidationInput:
    """A condition."""

    source: ValidationSource = strawberry.field(description="What it looks at.")
    expression: str | None = strawberry.field(
        default=None, description="Which header, JSON path or script it is about; needed by these sources alone."
    )
    operator: ValidationOperator = strawberry.field(description="What it wants of that.")
    expected: str | None = strawberry.field(
        default=None, description="What it compares with; for most operators. Numbers are written as text."
    )

    def validation(self) -> NewValidation:
        """Return the condition as the store takes it."""
        return NewValidation(
            source=self.source, operator=self.operator, expression=self.expression, expected=self.expected
        )


def _parameters(given: Sequence[ParameterInput]) -> tuple[tuple[str, str], ...]:
    return tuple((one.name, one.value) for one in given)


def _headers(given: Sequence[TemplateHeaderInput]) -> tuple[TemplateHeader, ...]:
    return tuple(TemplateHeader(one.name, one.value, one.secret) for one in given)


def _validations(given: Sequence[ValidationInput]) -> tuple[NewValidation, ...]:
    return tuple(one.validation() for one in given)


@strawberry.input(description="What a step of a monitor is to be.")
class TemplateInput:
    """A new step."""

    name: str | None = strawberry.field(default=None, description="What people are to call it.")
    method: str = strawberry.field(default="GET", description="The method of its request.")
    url: str = strawberry.field(
        description="Where its request goes: http or https. `{{name}}` stands for a variable, here and in headers, "
        "parameters and body."
    )
    url_parameters: list[ParameterInput] = strawberry.field(
        default_factory=list, description="What is added to the URL's query."
    )
    headers: list[TemplateHeaderInput] = strawberry.field(default_factory=list, description="The headers it sends.")
    body: str | None = strawberry.field(default=None, description="The body of its request.")
    follow_redirects: bool = strawberry.field(default=False, description="Whether to follow redirects.")
    timeout: Duration | None = strawberry.field(
        default=None, description="Seconds that its request may take; null leaves it to the run."
    )
    pre_process_script: str | None = strawberry.field(
        default=None, description="JavaScript that runs before the request."
    )
    post_script: str | None = strawberry.field(default=None, description="JavaScript that runs after the answer.")
    validations: list[ValidationInput] = strawberry.field(
        default_factory=list, description="What must hold of its answer."
    )

    def changes(self) -> TemplateChanges:
        """Return the step as the store takes it."""
        return TemplateChanges(
            name=self.name,
            method=self.method,
            url=self.url,
            url_parameters=_parameters(self.url_parameters),
            headers=_headers(self.headers),
            body=self.body,
            follow_redirects=self.follow_redirects,
            timeout=self.timeout,
            pre_process_script=self.pre_process_script,
            post_script=self.post_script,
            validations=_validations(self.validations),
        )


@strawberry.input(
    description="What is to become of a step; what is absent stays as it is. `name`, `body`, `timeout` and the scripts "
    "can be null."
)
class TemplateUpdateInput:
    """Changes of a step."""

    name: strawberry.Maybe[str | None] = strawberry.field(default=None, description="What people are to call it.")
    method: strawberry.Maybe[str] = strawberry.field(default=None, description="The method of its request.")
    url: strawberry.Maybe[str] = strawberry.field(default=None, description="Where its request goes.")
    url_parameters: strawberry.Maybe[list[ParameterInput]] = strawberry.field(
        default=None, description="Exactly these are added to the URL's query."
    )
    headers: strawberry.Maybe[list[TemplateHeaderInput]] = strawberry.field(
        default=None, description="Exactly these headers are sent."
    )
    body: strawberry.Maybe[str | None] = strawberry.field(default=None, description="The body of its request.")
    follow_redirects: strawberry.Maybe[bool] = strawberry.field(
        default=None, description="Whether to follow redirects."
    )
    timeout: strawberry.Maybe[Duration | None] = strawberry.field(
        default=None, description="Seconds that its request may take; null leaves it to the run."
    )
    pre_process_script: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description="JavaScript that runs before the request."
    )
    post_script: strawberry.Maybe[str | None] = strawberry.field(
        default=None, description="JavaScript that runs after the answer."
    )
    validations: strawberry.Maybe[list[ValidationInput]] = strawberry.field(
        default=None, description="Exactly these must hold of its answer."
    )

    def changes(self) -> TemplateChanges:
        """Return what the store is to set."""
        return TemplateChanges(
            name=_given(self.name),
            method=_given(self.method),
            url=_given(self.url),
            url_parameters=_parameters(self.url_parameters.value) if self.url_parameters else UNSET,
            headers=_headers(self.headers.value) if self.headers else UNSET,
            body=_given(self.body),
            follow_redirects=_given(self.follow_redirects),
            timeout=_given(self.timeout),
            pre_process_script=_given(self.pre_process_script),
            post_script=_given(self.post_script),
            validations=_validations(self.validations.value) if self.validations else UNSET,
        )


def _given(value: strawberry.Some[Any] | None) -> Any:
    return UNSET if value is None else value.value
