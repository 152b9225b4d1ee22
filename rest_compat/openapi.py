"""OpenAPI 3.1 documents, made from route tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rest_compat.description import Description, Refusal, Schema
from rest_compat.routing import Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What a document says of an API as a whole; `forms` are the regular expressions of the names in its paths."""

    title: str
    version: str
    security: Mapping[str, Mapping[str, str]]
    forms: Mapping[str, str]


def document(api: Api, table: Sequence[Route], root: str) -> dict[str, Any]:
    """Return the document of a table that is served below `root`."""
    paths: dict[str, dict[str, Any]] = {}
    for row in table:
        paths.setdefault(row.path, {})[row.method.lower()] = _operation(api, row)
    return {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": api.version},
        "servers": [{"url": root}],
        "security": [{name: []} for name in api.security],
        "components": {"securitySchemes": dict(api.security)},
        "paths": paths,
    }


def _operation(api: Api, row: Route) -> dict[str, Any]:
    says = row.describe
    operation: dict[str, Any] = {
        "summary": says.summary,
        "parameters": [
            *_path_parameters(api, row.path),
            *_parameters("query", says.query),
            *_parameters("header", says.headers),
        ],
        "responses": _responses(says),
    }
    if row.needed is None:
        operation["security"] = []
    if says.body is not None:
        operation["requestBody"] = {"content": {says.body_type: {"schema": says.body}}}
    return operation


def _path_parameters(api: Api, path: str) -> list[dict[str, Any]]:
    names = [name for name in api.forms if f"{{{name}}}" in path]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": f"^{api.forms[name]}$"},
        }
        for name in names
    ]


def _parameters(place: str, schemas: Mapping[str, Schema]) -> list[dict[str, Any]]:
    return [{"name": name, "in": place, "schema": schema} for name, schema in schemas.items()]


def _responses(says: Description) -> dict[str, Any]:
    answers = {
        str(status): {"description": says.summary, "content": {says.media_type: {"schema": schema}}}
        for status, schema in says.answers.items()
    }
    return answers | {str(status): _refused(refusal) for status, refusal in says.refusals.items()}


def _refused(refusal: Refusal) -> dict[str, Any]:
    if refusal.body is None:
        return {"description": refusal.text}
    return {"description": refusal.text, "content": {"application/json": {"schema": refusal.body}}}
