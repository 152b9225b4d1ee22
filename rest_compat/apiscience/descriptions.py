"""What the endpoints say of themselves: headings, parameters and shapes of answers, for OpenAPI."""

from collections.abc import Mapping

from rest_compat.apiscience.conditions import KINDS
from rest_compat.apiscience.inputs import FREQUENCIES, METHODS
from rest_compat.description import Description, Refusal, Schema

_TEXT: Schema = {"type": "string"}
_MAYBE_TEXT: Schema = {"type": ["string", "null"]}
_FLAG: Schema = {"type": "boolean"}
_NUMBER: Schema = {"type": "number", "minimum": 0}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_ID: Schema = {"type": "integer", "minimum": 1}
_MAYBE_ID: Schema = {"type": ["integer", "null"], "minimum": 1}
_URL: Schema = {"type": "string", "format": "uri"}
_MAYBE_URL: Schema = {"type": ["string", "null"], "format": "uri"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_MAYBE_INSTANT: Schema = {"type": ["string", "null"], "format": "date-time"}
_ANYTHING: Schema = {}


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


def enveloped(data: Schema | None, *, count: bool = False, optional: Mapping[str, Schema] | None = None) -> Schema:
    """Return the schema of an answer; `count` tells that the number of results stands in it."""
    meta: dict[str, Schema] = {"status": {"const": "success"}}
    if count:
        meta["numberOfResults"] = _COUNT
    body: dict[str, Schema] = {"meta": shape(meta, optional)}
    return shape(body if data is None else {**body, "data": data})


_PAIRS = some({"type": "object", "additionalProperties": _TEXT})
_VALIDATION = shape(
    {"id": _ID, "kind": {"enum": [kind.name for kind in KINDS]}, "assertion": _TEXT},
    {"operator": _TEXT, "expression": _TEXT},
)
TEMPLATE = shape(
    {
        "id": _ID,
        "self": _URL,
        "name": _MAYBE_TEXT,
        "method": _TEXT,
        "href": _TEXT,
        "url": _TEXT,
        "headers": _PAIRS,
        "urlParameters": _PAIRS,
        "params": _PAIRS,
        "body": _MAYBE_TEXT,
        "preProcessScript": _MAYBE_TEXT,
        "postScript": _MAYBE_TEXT,
        "followRedirects": _FLAG,
        "validations": some(_VALIDATION),
        "createdAt": _INSTANT,
        "updatedAt": _INSTANT,
    }
)
_SUMMARY = shape(
    {
        "status": {"enum": ["paused", "pending", "up", "down"]},
        "performance": _NUMBER,
        "uptime": {"type": "number", "minimum": 0, "maximum": 100},
        "lastCheck": _MAYBE_INSTANT,
    }
)
MONITOR = shape(
    {
        "id": _ID,
        "name": _TEXT,
        "frequency": _COUNT,
        "active": _FLAG,
        "shared": {"const": False},
        "location": _MAYBE_TEXT,
        "tags": some(_TEXT),
        "summary": _SUMMARY,
        "status": _SUMMARY,
        "templates": some(TEMPLATE),
        "createdAt": _INSTANT,
        "updatedAt": _INSTANT,
    },
    {"kind": _TEXT, "address": _TEXT},
)
_STATISTICS = shape(
    dict.fromkeys(("resolve", "connect", "processing", "transfer", "closing", "total"), _NUMBER)
    | {"downloadSize": _COUNT}
)
_CALL = shape(
    {
        "id": _ID,
        "template": shape({"id": _MAYBE_ID, "href": _MAYBE_URL, "name": _MAYBE_TEXT}),
        "statistics": _STATISTICS,
        "request": {
            "anyOf": [
                shape({"method": _TEXT, "href": _TEXT, "headers": _PAIRS, "body": _MAYBE_TEXT, "params": _PAIRS}),
                {"type": "null"},
            ]
        },
        "response": {
            "anyOf": [
                shape(
                    {
                        "contentType": _MAYBE_TEXT,
                        "stausCode": _COUNT,
                        "statusCode": _COUNT,
                        "headers": _PAIRS,
                        "body": _TEXT,
                    }
                ),
                {"type": "null"},
            ]
        },
        "validationFailures": some(shape({"kind": _TEXT, "message": _TEXT})),
        "createdAt": _INSTANT,
        "updatedAt": _INSTANT,
    }
)
CHECK = shape(
    {
        "id": _ID,
        "href": _URL,
        "status": {"enum": ["success", "failure"]},
        "statistics": _STATISTICS,
        "monitor": shape({"id": _ID, "href": _URL, "name": _TEXT}),
        "calls": some(_CALL),
        "createdAt": _INSTANT,
        "updatedAt": _INSTANT,
    }
)

_GIVEN_PAIRS: Schema = {
    "anyOf": [some({"type": "object"}), {"type": "object"}, {"type": "null"}],
}
_GIVEN_VALIDATION: Schema = {
    "type": "object",
    "properties": {"kind": _TEXT, "operator": _MAYBE_TEXT, "assertion": {"type": ["string", "number", "boolean"]}},
    "required": ["kind"],
}
_GIVEN_TEMPLATE: Schema = {
    "type": "object",
    "properties": {
        "name": _MAYBE_TEXT,
        "method": {"type": "string", "examples": list(METHODS)},
        "href": _TEXT,
        "url": _TEXT,
        "headers": _GIVEN_PAIRS,
        "urlParameters": _GIVEN_PAIRS,
        "params": _GIVEN_PAIRS,
        "body": _MAYBE_TEXT,
        "preProcessScript": _MAYBE_TEXT,
        "postScript": _MAYBE_TEXT,
        "followRedirects": _FLAG,
        "validations": some(_GIVEN_VALIDATION),
        "validators": some(_GIVEN_VALIDATION),
    },
}
_NEW_TEMPLATE: Schema = {**_GIVEN_TEMPLATE, "required": ["method"]}
_GIVEN_MONITOR: Schema = {
    "type": "object",
    "properties": {
        "name": _TEXT,
        "frequency": {"enum": list(FREQUENCIES)},
        "active": _FLAG,
        "location": _TEXT,
        "tags": some(_TEXT),
        "templates": some(_NEW_TEMPLATE),
    },
}
_NEW_MONITOR: Schema = {**_GIVEN_MONITOR, "required": ["name", "frequency"]}
_FILTER: Mapping[str, Schema] = {"tags": some(_TEXT)}

_ERROR = shape(
    {
        "meta": shape({"status": {"const": "error"}}),
        "error": shape(
            {"code": _COUNT, "name": _TEXT, "message": _TEXT, "infoUrl": _URL},
            {"errors": some(shape({"field": _TEXT, "message": _TEXT}))},
        ),
    }
)
BAD = {400: Refusal("Improperly formatted request (ex: invalid or missing parameters)", _ERROR)}
NO_KEY = {401: Refusal("API key is invalid or missing", _ERROR)}
READ_ONLY = {403: Refusal("Your API permission level does not allow access to the requested resource", _ERROR)}
MISSING = {404: Refusal("The specified resource could not be found", _ERROR)}
_BUSY = {429: Refusal("As many test runs as may are under way", _ERROR)}
_UNMEASURED = {503: Refusal("The run could not be measured", _ERROR)}
_WRITE = BAD | NO_KEY | READ_ONLY
_WRITE_ONE = _WRITE | MISSING

_ONE_MONITOR = enveloped(MONITOR)
_MANY_MONITORS = enveloped(some(MONITOR), count=True)
_ONE_TEMPLATE = enveloped(TEMPLATE)
DELETED = enveloped(None)

MONITORS = Description(
    summary="Get All Monitors", query=_FILTER, answers={200: _MANY_MONITORS}, refusals=BAD | NO_KEY | MISSING
)
NEW_MONITOR = Description(
    summary="Create a Monitor, with Templates or without",
    body=_NEW_MONITOR,
    answers={201: _ONE_MONITOR},
    refusals=_WRITE,
)
MASS_CHANGE = Description(
    summary="Apply Actions to Multiple Monitors",
    query=_FILTER,
    body=_GIVEN_MONITOR,
    answers={200: _MANY_MONITORS},
    refusals=_WRITE,
)
MONITOR_GET = Description(summary="Get a Specific Monitor", answers={200: _ONE_MONITOR}, refusals=NO_KEY | MISSING)
MONITOR_CHANGE = Description(
    summary="Change a Monitor; its tags alone are answered with the tags",
    body=_GIVEN_MONITOR,
    answers={200: {"anyOf": [_ONE_MONITOR, enveloped(some(_TEXT))]}},
    refusals=_WRITE_ONE,
)
MONITOR_DELETE = Description(summary="Delete a Monitor", answers={200: DELETED}, refusals=_WRITE_ONE)
TEST = Description(
    summary="Testing your Monitor",
    answers={200: enveloped(CHECK)},
    refusals=NO_KEY | MISSING | _BUSY | _UNMEASURED,
)
TEMPLATES = Description(
    summary="Show a Monitor's Templates",
    answers={200: enveloped(some(TEMPLATE), count=True, optional={"count": _COUNT})},
    refusals=NO_KEY | MISSING,
)
NEW_TEMPLATE = Description(
    summary="Create a Template", body=_NEW_TEMPLATE, answers={201: _ONE_TEMPLATE}, refusals=_WRITE_ONE
)
TEMPLATE_GET = Description(summary="Get a Template", answers={200: _ONE_TEMPLATE}, refusals=NO_KEY | MISSING)
TEMPLATE_CHANGE = Description(
    summary="Change a Template", body=_GIVEN_TEMPLATE, answers={200: _ONE_TEMPLATE}, refusals=_WRITE_ONE
)
TEMPLATE_DELETE = Description(summary="Delete a Template", answers={200: DELETED}, refusals=_WRITE_ONE)
TAGS = Description(
    summary="List All Tags, with detailed=1 the monitors of each",
    query={"detailed": _TEXT},
    answers={
        200: {
            "anyOf": [
                enveloped(some(_TEXT), count=True),
                enveloped({"type": "object", "additionalProperties": some(_URL)}, count=True),
            ]
        }
    },
    refusals=NO_KEY,
)
_VARIABLES = enveloped({"type": "object", "additionalProperties": _ANYTHING}, count=True)
VARIABLES = Description(summary="Get all variables", answers={200: _VARIABLES}, refusals=NO_KEY)
SET_VARIABLES = Description(
    summary="Set variables", body={"type": "object"}, answers={200: _VARIABLES}, refusals=_WRITE
)
DELETE_VARIABLES = Description(
    summary="Remove variables",
    body={"anyOf": [{"type": "object"}, some(_TEXT), _TEXT]},
    answers={200: _VARIABLES},
    refusals=_WRITE,
)
