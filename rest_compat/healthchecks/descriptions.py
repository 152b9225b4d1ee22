"""What the endpoints say of themselves: headings, parameters and shapes of answers, for OpenAPI."""

from collections.abc import Mapping
from dataclasses import replace

from rest_compat.description import Description, Refusal, Schema
from rest_compat.healthchecks.arguments import LARGEST_INSTANT, LONGEST_PAST
from rest_compat.healthchecks.inputs import known_fields

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 0}
_UUID = {"type": "string", "format": "uuid"}
_URL = {"type": "string", "format": "uri"}
_INSTANT = {"type": "string", "format": "date-time"}
_MAYBE_INSTANT = {"type": ["string", "null"], "format": "date-time"}
_MAYBE_COUNT = {"type": ["integer", "null"], "minimum": 0}
_MAYBE_TEXT = {"type": ["string", "null"]}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """Return the schema of an object that has these keys and no others."""
    properties = {**required, **(optional or {})}
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _listed(key: str, items: Schema) -> Schema:
    return _object({key: {"type": "array", "items": items}})


_ALWAYS: Mapping[str, Schema] = {
    "name": _TEXT,
    "slug": _TEXT,
    "tags": _TEXT,
    "desc": _TEXT,
    "grace": _COUNT,
    "n_pings": _COUNT,
    "status": {"enum": ["new", "up", "grace", "down", "paused", "started"]},
    "started": _FLAG,
    "last_ping": _MAYBE_INSTANT,
    "next_ping": _MAYBE_INSTANT,
    "manual_resume": _FLAG,
    "methods": {"enum": ["", "POST"]},
    "subject": _TEXT,
    "subject_fail": _TEXT,
    "start_kw": _TEXT,
    "success_kw": _TEXT,
    "failure_kw": _TEXT,
    "filter_subject": _FLAG,
    "filter_body": _FLAG,
    "filter_http_body": _FLAG,
    "filter_default_fail": _FLAG,
    "badge_url": _URL,
}
_FOR_WRITERS: Mapping[str, Schema] = {
    "uuid": _UUID,
    "ping_url": _URL,
    "update_url": _URL,
    "pause_url": _URL,
    "resume_url": _URL,
    "channels": _TEXT,
}
_BY_KIND: Mapping[str, Schema] = {"timeout": _COUNT, "schedule": _TEXT, "tz": _TEXT, "last_duration": _COUNT}

_FULL_CHECK = _object({**_ALWAYS, **_FOR_WRITERS}, _BY_KIND)
_READ_ONLY_CHECK = _object({**_ALWAYS, "unique_key": {"type": "string", "pattern": "^[0-9a-f]{40}$"}}, _BY_KIND)
_CHECK: Schema = {"anyOf": [_FULL_CHECK, _READ_ONLY_CHECK]}

_PING = _object(
    {
        "type": {"enum": ["success", "start", "fail", "log", "ign"]},
        "date": _INSTANT,
        "n": _COUNT,
        "scheme": _TEXT,
        "remote_addr": _MAYBE_TEXT,
        "method": _TEXT,
        "ua": _TEXT,
        "rid": _MAYBE_TEXT,
        "body_url": _MAYBE_TEXT,
    },
    {"duration": {"type": "number"}},
)
_FLIP = _object({"timestamp": _INSTANT, "up": {"enum": [0, 1]}})
_BADGE = _object(dict.fromkeys(("svg", "svg3", "json", "json3", "shields", "shields3"), _URL))
_CHANNEL = _object({"id": _UUID, "name": _TEXT, "kind": _TEXT})

_TOLD = _object({"error": _TEXT})
_BAD = {400: Refusal("The request is not well-formed, violates the schema, or uses invalid field values.", _TOLD)}
_BAD_SPAN = {400: Refusal("The span of time is not understood.")}
_NO_KEY = {401: Refusal("The API key is missing, invalid, or may not do this.", _TOLD)}
_MISSING = {404: Refusal("The check does not exist.")}
_NOT_YOURS = {403: Refusal("The check is another project's."), **_MISSING}
_FULL = {403: Refusal("The project has as many checks as it may have.")}

CHECKS = Description(
    summary="Get a list of existing checks",
    query={"tag": {"type": "array", "items": _TEXT}, "slug": _TEXT},
    answers={200: _listed("checks", _CHECK)},
    refusals=_NO_KEY,
)
CHECK = Description(summary="Get a single check", answers={200: _CHECK}, refusals=_NO_KEY | _NOT_YOURS)
CHECK_BY_UNIQUE_KEY = Description(
    summary="Get a check by its unique_key", answers={200: _CHECK}, refusals=_NO_KEY | _MISSING
)
PAUSE = Description(
    summary="Pause monitoring of a check", answers={200: _FULL_CHECK}, refusals=_BAD | _NO_KEY | _NOT_YOURS
)
RESUME = Description(
    summary="Resume monitoring of a check",
    answers={200: _FULL_CHECK},
    refusals=_BAD | _NO_KEY | _NOT_YOURS | {409: Refusal("The check is not paused.")},
)
DELETE = Description(summary="Delete check", answers={200: _FULL_CHECK}, refusals=_NO_KEY | _NOT_YOURS)
PINGS = Description(
    summary="Get a list of a check's logged pings",
    answers={200: _listed("pings", _PING)},
    refusals=_NO_KEY | _NOT_YOURS,
)
PING_BODY = Description(
    summary="Get a ping's logged body", answers={200: _TEXT}, media_type="text/plain", refusals=_NO_KEY | _NOT_YOURS
)
FLIPS = Description(
    summary="Get a list of a check's status changes",
    query={
        "seconds": {"type": "integer", "minimum": 0, "maximum": LONGEST_PAST},
        "start": {"type": "integer", "minimum": 0, "maximum": LARGEST_INSTANT},
        "end": {"type": "integer", "minimum": 0, "maximum": LARGEST_INSTANT},
    },
    answers={200: _listed("flips", _FLIP)},
    refusals=_BAD_SPAN | _NO_KEY | _NOT_YOURS,
)
BADGES = Description(
    summary="Get the badges of the project and of its tags",
    answers={200: _object({"badges": {"type": "object", "additionalProperties": _BADGE}})},
    refusals=_NO_KEY,
)
CHANNELS = Description(
    summary="Get a list of existing integrations", answers={200: _listed("channels", _CHANNEL)}, refusals=_NO_KEY
)
STATUS = Description(
    summary="See whether the server and its database answer",
    answers={200: {"const": "OK"}},
    media_type="text/plain",
    refusals={503: Refusal("The database does not answer.", _TOLD)},
)
STATUS_HEAD = replace(STATUS, answers={200: {}})
METRICS = Description(
    summary="Get figures of the whole site; the key is the site's own",
    headers={"X-Metrics-Key": _TEXT},
    answers={
        200: _object(
            {
                "ts": _COUNT,
                "max_ping_id": _MAYBE_COUNT,
                "max_notification_id": _MAYBE_COUNT,
                "num_unprocessed_flips": _COUNT,
            }
        )
    },
    refusals={403: Refusal("The site has no metrics key, or this is not it.")},
)
REPORT = Description(
    summary="Report, as a provider of text messages or calls, how a notification fared",
    body=_object({}, dict.fromkeys(("error", "mark_disabled", "MessageStatus", "CallStatus"), _TEXT)),
    body_type="application/x-www-form-urlencoded",
    answers={200: {"const": ""}},
    media_type="text/plain",
)

BOUNCE = Description(
    summary="Hand in, as a mail server, an alert mail that came back",
    body=_TEXT,
    body_type="text/plain",
    answers={200: {"const": ""}},
    media_type="text/plain",
)


def create(version: int) -> Description:
    """Describe the creation of a check."""
    return Description(
        summary="Create a check",
        body=_body(version),
        answers={201: _FULL_CHECK, 200: _FULL_CHECK},
        refusals=_BAD | _NO_KEY | _FULL,
    )


def update(version: int) -> Description:
    """Describe the change of a check."""
    return Description(
        summary="Update an existing check",
        body=_body(version),
        answers={200: _FULL_CHECK},
        refusals=_BAD | _NO_KEY | _NOT_YOURS,
    )


def _body(version: int) -> Schema:
    fields = {field.name: field.schema for field in known_fields(version)}
    return {"type": "object", "properties": {"api_key": _TEXT, **fields}}
