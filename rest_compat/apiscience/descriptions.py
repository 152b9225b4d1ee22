"""What the endpoints say of themselves: headings, parameters and shapes of answers, for OpenAPI."""

from collections.abc import Mapping

from rest_compat.apiscience.conditions import KINDS
from rest_compat.apiscience.inputs import FREQUENCIES, METHODS
from rest_compat.apiscience.shapes import (
    ANYTHING,
    BAD,
    COUNT,
    DELETED,
    ERROR,
    FLAG,
    ID,
    INSTANT,
    MAYBE_ID,
    MAYBE_INSTANT,
    MAYBE_TEXT,
    MAYBE_URL,
    MISSING,
    NO_KEY,
    NUMBER,
    PAGES,
    PAGINATION,
    TEXT,
    URL,
    WRITE,
    WRITE_ONE,
    enveloped,
    shape,
    some,
)
from rest_compat.description import Description, Refusal, Schema

_PAIRS = some({"type": "object", "additionalProperties": TEXT})
_VALIDATION = shape(
    {"id": ID, "kind": {"enum": [kind.name for kind in KINDS]}, "assertion": TEXT},
    {"operator": TEXT, "expression": TEXT},
)
TEMPLATE = shape(
    {
        "id": ID,
        "self": URL,
        "name": MAYBE_TEXT,
        "method": TEXT,
        "href": TEXT,
        "url": TEXT,
        "headers": _PAIRS,
        "urlParameters": _PAIRS,
        "params": _PAIRS,
        "body": MAYBE_TEXT,
        "preProcessScript": MAYBE_TEXT,
        "postScript": MAYBE_TEXT,
        "followRedirects": FLAG,
        "validations": some(_VALIDATION),
        "createdAt": INSTANT,
        "updatedAt": INSTANT,
    }
)
_SUMMARY = shape(
    {
        "status": {"enum": ["paused", "pending", "up", "down"]},
        "performance": NUMBER,
        "uptime": {"type": "number", "minimum": 0, "maximum": 100},
        "lastCheck": MAYBE_INSTANT,
    }
)
MONITOR = shape(
    {
        "id": ID,
        "name": TEXT,
        "frequency": COUNT,
        "active": FLAG,
        "shared": {"const": False},
        "location": MAYBE_TEXT,
        "tags": some(TEXT),
        "summary": _SUMMARY,
        "status": _SUMMARY,
        "templates": some(TEMPLATE),
        "createdAt": INSTANT,
        "updatedAt": INSTANT,
    },
    {"kind": TEXT, "address": TEXT},
)
_STATISTICS = shape(
    dict.fromkeys(("resolve", "connect", "processing", "transfer", "closing", "total"), NUMBER)
    | {"downloadSize": COUNT}
)
_CALL = shape(
    {
        "id": ID,
        "template": shape({"id": MAYBE_ID, "href": MAYBE_URL, "name": MAYBE_TEXT}),
        "statistics": _STATISTICS,
        "request": {
            "anyOf": [
                shape({"method": TEXT, "href": TEXT, "headers": _PAIRS, "body": MAYBE_TEXT, "params": _PAIRS}),
                {"type": "null"},
            ]
        },
        "response": {
            "anyOf": [
                shape(
                    {
                        "contentType": MAYBE_TEXT,
                        "stausCode": COUNT,
                        "statusCode": COUNT,
                        "headers": _PAIRS,
                        "body": TEXT,
                    }
                ),
                {"type": "null"},
            ]
        },
        "validationFailures": some(shape({"kind": TEXT, "message": TEXT})),
        "createdAt": INSTANT,
        "updatedAt": INSTANT,
    }
)
CHECK = shape(
    {
        "id": ID,
        "href": URL,
        "status": {"enum": ["success", "failure"]},
        "statistics": _STATISTICS,
        "monitor": shape({"id": ID, "href": URL, "name": TEXT}),
        "calls": some(_CALL),
        "createdAt": INSTANT,
        "updatedAt": INSTANT,
    }
)

_GIVEN_PAIRS: Schema = {
    "anyOf": [some({"type": "object"}), {"type": "object"}, {"type": "null"}],
}
_GIVEN_VALIDATION: Schema = {
    "type": "object",
    "properties": {"kind": TEXT, "operator": MAYBE_TEXT, "assertion": {"type": ["string", "number", "boolean"]}},
    "required": ["kind"],
}
_GIVEN_TEMPLATE: Schema = {
    "type": "object",
    "properties": {
        "name": MAYBE_TEXT,
        "method": {"type": "string", "examples": list(METHODS)},
        "href": TEXT,
        "url": TEXT,
        "headers": _GIVEN_PAIRS,
        "urlParameters": _GIVEN_PAIRS,
        "params": _GIVEN_PAIRS,
        "body": MAYBE_TEXT,
        "preProcessScript": MAYBE_TEXT,
        "postScript": MAYBE_TEXT,
        "followRedirects": FLAG,
        "validations": some(_GIVEN_VALIDATION),
        "validators": some(_GIVEN_VALIDATION),
    },
}
_NEW_TEMPLATE: Schema = {**_GIVEN_TEMPLATE, "required": ["method"]}
_GIVEN_MONITOR: Schema = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "frequency": {"enum": list(FREQUENCIES)},
        "active": FLAG,
        "location": TEXT,
        "tags": some(TEXT),
        "templates": some(_NEW_TEMPLATE),
    },
}
_NEW_MONITOR: Schema = {**_GIVEN_MONITOR, "required": ["name", "frequency"]}
_FILTER: Mapping[str, Schema] = {"tags": some(TEXT)}
_LIST: Mapping[str, Schema] = {**_FILTER, **PAGES}

_BUSY = {429: Refusal("As many test runs as may are under way", ERROR)}
_UNMEASURED = {503: Refusal("The run could not be measured", ERROR)}
_ONE_MONITOR = enveloped(MONITOR)
_MANY_MONITORS = enveloped(some(MONITOR), count=True)
_ONE_TEMPLATE = enveloped(TEMPLATE)

MONITORS = Description(
    summary="Get All Monitors",
    query=_LIST,
    answers={200: enveloped(some(MONITOR), count=True, more={"pagination": PAGINATION})},
    refusals=BAD | NO_KEY | MISSING,
)
NEW_MONITOR = Description(
    summary="Create a Monitor, with Templates or without",
    body=_NEW_MONITOR,
    answers={201: _ONE_MONITOR},
    refusals=WRITE,
)
MASS_CHANGE = Description(
    summary="Apply Actions to Multiple Monitors",
    query=_FILTER,
    body=_GIVEN_MONITOR,
    answers={200: _MANY_MONITORS},
    refusals=WRITE,
)
MONITOR_GET = Description(summary="Get a Specific Monitor", answers={200: _ONE_MONITOR}, refusals=NO_KEY | MISSING)
MONITOR_CHANGE = Description(
    summary="Change a Monitor; its tags alone are answered with the tags",
    body=_GIVEN_MONITOR,
    answers={200: {"anyOf": [_ONE_MONITOR, enveloped(some(TEXT))]}},
    refusals=WRITE_ONE,
)
MONITOR_DELETE = Description(summary="Delete a Monitor", answers={200: DELETED}, refusals=WRITE_ONE)
TEST = Description(
    summary="Testing your Monitor",
    answers={200: enveloped(CHECK)},
    refusals=NO_KEY | MISSING | _BUSY | _UNMEASURED,
)
TEMPLATES = Description(
    summary="Show a Monitor's Templates",
    answers={200: enveloped(some(TEMPLATE), count=True, optional={"count": COUNT})},
    refusals=NO_KEY | MISSING,
)
NEW_TEMPLATE = Description(
    summary="Create a Template", body=_NEW_TEMPLATE, answers={201: _ONE_TEMPLATE}, refusals=WRITE_ONE
)
TEMPLATE_GET = Description(summary="Get a Template", answers={200: _ONE_TEMPLATE}, refusals=NO_KEY | MISSING)
TEMPLATE_CHANGE = Description(
    summary="Change a Template", body=_GIVEN_TEMPLATE, answers={200: _ONE_TEMPLATE}, refusals=WRITE_ONE
)
TEMPLATE_DELETE = Description(summary="Delete a Template", answers={200: DELETED}, refusals=WRITE_ONE)
TAGS = Description(
    summary="List All Tags, with detailed=1 the monitors of each",
    query={"detailed": TEXT},
    answers={
        200: {
            "anyOf": [
                enveloped(some(TEXT), count=True),
                enveloped({"type": "object", "additionalProperties": some(URL)}, count=True),
            ]
        }
    },
    refusals=NO_KEY,
)
_VARIABLES = enveloped({"type": "object", "additionalProperties": ANYTHING}, count=True)
VARIABLES = Description(summary="Get all variables", answers={200: _VARIABLES}, refusals=NO_KEY)
SET_VARIABLES = Description(summary="Set variables", body={"type": "object"}, answers={200: _VARIABLES}, refusals=WRITE)
DELETE_VARIABLES = Description(
    summary="Remove variables",
    body={"anyOf": [{"type": "object"}, some(TEXT), TEXT]},
    answers={200: _VARIABLES},
    refusals=WRITE,
)
