"""What the endpoints of contacts say of themselves, for OpenAPI."""

from rest_compat.apiscience.contacts import TYPES
from rest_compat.apiscience.shapes import (
    BAD,
    DELETED,
    ID,
    INSTANT,
    MAYBE_TEXT,
    MISSING,
    NO_KEY,
    PAGES,
    PAGINATION,
    TEXT,
    WRITE,
    WRITE_ONE,
    enveloped,
    shape,
    some,
)
from rest_compat.description import Description, Schema

_TYPE: Schema = {"enum": list(TYPES)}
CONTACT = shape(
    {"id": ID, "label": MAYBE_TEXT, "type": _TYPE, "value": TEXT, "createdAt": INSTANT, "updatedAt": INSTANT}
)
_GIVEN: Schema = {"type": "object", "properties": {"label": MAYBE_TEXT, "type": _TYPE, "value": TEXT}}
_ONE = enveloped(CONTACT)

CONTACTS = Description(
    summary="Get All Contacts",
    query=PAGES,
    answers={200: enveloped(some(CONTACT), count=True, more={"pagination": PAGINATION})},
    refusals=BAD | NO_KEY,
)
NEW_CONTACT = Description(
    summary="Create a Contact",
    body={**_GIVEN, "required": ["type", "value"]},
    answers={201: _ONE},
    refusals=WRITE,
)
CONTACT_GET = Description(summary="Get a Specific Contact", answers={200: _ONE}, refusals=NO_KEY | MISSING)
CONTACT_CHANGE = Description(summary="Update a Contact", body=_GIVEN, answers={200: _ONE}, refusals=WRITE_ONE)
CONTACT_DELETE = Description(summary="Delete a Contact", answers={200: DELETED}, refusals=WRITE_ONE)
