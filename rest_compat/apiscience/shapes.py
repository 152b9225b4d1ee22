"""What the descriptions of all endpoints are made of, for OpenAPI."""

from collections.abc import Mapping

from rest_compat.apiscience.paging import DEFAULT_COUNT, LARGEST_PAGE, MOST_ON_A_PAGE
from rest_compat.description import Refusal, Schema

TEXT: Schema = {"type": "string"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number", "minimum": 0}
COUNT: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "integer", "minimum": 1}
MAYBE_ID: Schema = {"type": ["integer", "null"], "minimum": 1}
URL: Schema = {"type": "string", "format": "uri"}
MAYBE_URL: Schema = {"type": ["string", "null"], "format": "uri"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
MAYBE_INSTANT: Schema = {"type": ["string", "null"], "format": "date-time"}
ANYTHING: Schema = {}


def shape(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """Return the schema of an object that has these members and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def some(items: Schema) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": items}


PAGES: Mapping[str, Schema] = {
    "start": ID,
    "page": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    "count": {"type": "integer", "minimum": 1, "maximum": MOST_ON_A_PAGE, "default": DEFAULT_COUNT},
}
"""What asks for a page of a list."""
PAGINATION = shape({"first": URL, "last": URL}, {"next": URL, "previous": URL})
"""The links of a list that goes by pages."""


def enveloped(
    data: Schema | None,
    *,
    count: bool = False,
    meta: Mapping[str, Schema] | None = None,
    optional: Mapping[str, Schema] | None = None,
    more: Mapping[str, Schema] | None = None,
) -> Schema:
    """Return the schema of an answer; `count` tells that the number of results stands in it.

    `meta` and `optional` are what else stands beside it, always or sometimes; `more` is what may stand beside the data.
    """
    said: dict[str, Schema] = {"status": {"const": "success"}}
    if count:
        said["numberOfResults"] = COUNT
    body: dict[str, Schema] = {"meta": shape({**said, **(meta or {})}, optional)}
    return shape(body if data is None else {**body, "data": data}, more)


ERROR = shape(
    {
        "meta": shape({"status": {"const": "error"}}),
        "error": shape(
            {"code": COUNT, "name": TEXT, "message": TEXT, "infoUrl": URL},
            {"errors": some(shape({"field": TEXT, "message": TEXT}))},
        ),
    }
)
BAD = {400: Refusal("Improperly formatted request (ex: invalid or missing parameters)", ERROR)}
NO_KEY = {401: Refusal("API key is invalid or missing", ERROR)}
READ_ONLY = {403: Refusal("Your API permission level does not allow access to the requested resource", ERROR)}
MISSING = {404: Refusal("The specified resource could not be found", ERROR)}
WRITE = BAD | NO_KEY | READ_ONLY
WRITE_ONE = WRITE | MISSING

DELETED = enveloped(None)
