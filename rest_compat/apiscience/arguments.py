"""What a request means in the resolvers' words."""

from collections.abc import Mapping
from typing import Any

from app.errors import InvalidInput, NotFound
from app.rules.outcomes import ProbeKind
from app.store.monitors import MonitorRef
from graphql_api.resolvers import monitors, templates
from graphql_api.resolvers.locations import location_list
from rest_compat.apiscience import inputs, paging
from rest_compat.apiscience.dialect import json_object
from rest_compat.routing import Call

_LARGEST_ID = 2**63 - 1
_MOST_TAGS = 250
_LONGEST_TAG = 500
_MOST_VARIABLES = 1000


def number_in(call: Call, name: str) -> int:
    """Return the number that stands in the path; NotFound when nothing can have it."""
    number = int(call.path[name])
    if number > _LARGEST_ID:
        raise NotFound("There is nothing of that number.")
    return number


def ref(call: Call) -> MonitorRef:
    """Return which monitor is meant."""
    return MonitorRef(id=number_in(call, "monitor"))


async def monitor(call: Call) -> Mapping[str, Any]:
    """Name a monitor."""
    return {"ref": ref(call)}


async def filters(call: Call) -> Mapping[str, Any]:
    """Return the tags of which a monitor must carry any, and the part of the list that is wanted."""
    return {"tags": tags_in(call), "part": paging.part(call)}


def tags_in(call: Call) -> tuple[str, ...]:
    """Return the tags of the query, under the document's name or the one that jQuery gives to lists."""
    tags = tuple(dict.fromkeys((*call.query.getlist("tags"), *call.query.getlist("tags[]"))))
    if len(tags) > _MOST_TAGS:
        raise InvalidInput(f"There are more than {_MOST_TAGS} tags.", ("tags",))
    # No monitor carries these, and not every database can look for them.
    return tuple("" if "\0" in tag or len(tag) > _LONGEST_TAG else tag for tag in tags)


async def new_monitor(call: Call) -> Mapping[str, Any]:
    """Return what a new monitor is to be."""
    known = await location_list(call.ctx)
    return {"kind": ProbeKind.API, "changes": inputs.new_monitor(json_object(call), known)}


async def monitor_change(call: Call) -> Mapping[str, Any]:
    """Return which monitor is changed and how; one that is not there is told before what is wrong with the change."""
    known = await location_list(call.ctx)
    try:
        return {"ref": ref(call), "changes": inputs.monitor_changes(json_object(call), known)}
    except InvalidInput:
        await monitors.monitor_get(call.ctx, ref=ref(call))
        raise


async def mass_change(call: Call) -> Mapping[str, Any]:
    """Return which monitors are changed and how."""
    known = await location_list(call.ctx)
    return {"tags": tags_in(call), "changes": inputs.monitor_changes(json_object(call), known)}


async def template(call: Call) -> Mapping[str, Any]:
    """Name a template of a monitor."""
    return {"ref": ref(call), "template_id": number_in(call, "template")}


async def new_template(call: Call) -> Mapping[str, Any]:
    """Return which monitor gets another step, and what it is."""
    try:
        return {"ref": ref(call), "changes": inputs.new_template(json_object(call))}
    except InvalidInput:
        await monitors.monitor_get(call.ctx, ref=ref(call))
        raise


async def template_change(call: Call) -> Mapping[str, Any]:
    """Return which template is changed and how."""
    try:
        return {**await template(call), "changes": inputs.template_changes(json_object(call))}
    except InvalidInput:
        await templates.template_get(call.ctx, **await template(call))
        raise


async def new_variables(call: Call) -> Mapping[str, Any]:
    """Return the variables to set, by name."""
    return {"values": dict(json_object(call))}


async def gone_variables(call: Call) -> Mapping[str, Any]:
    """Return the names of the variables to remove: keys of an object, items of an array, or one string."""
    body = call.body
    if isinstance(body, str):
        return {"names": (body,)}
    if isinstance(body, list) and not all(isinstance(item, str) for item in body):
        raise InvalidInput("The body is neither an object, nor an array of names, nor one name.")
    if not isinstance(body, dict | list):
        raise InvalidInput("The body is neither an object, nor an array of names, nor one name.")
    if len(body) > _MOST_VARIABLES:
        raise InvalidInput(f"The body names more than {_MOST_VARIABLES} variables.")
    return {"names": tuple(body)}
