"""Finding anything by its global id: one statement a type, however many ids are asked for."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from app.errors import Forbidden, HeliographError, NotFound
from app.ids import is_uuid, parse_global_id
from app.security.roles import Role
from app.store import (
    alerts,
    calls,
    channels,
    checks,
    history_pages,
    keys,
    locations,
    monitors,
    notifications,
    outages,
    runs,
    tags,
    templates,
    variables,
)
from graphql_api.context import Context
from graphql_api.resolvers.users import user_get

_UNIQUE_KEY = re.compile(r"[0-9a-f]{40}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_PING_NAME = re.compile(r"([0-9a-f-]{36}|[0-9a-f]{40})/([1-9][0-9]{0,8})", re.ASCII)

Found = Mapping[str, Any]
Find = Callable[[Context, Sequence[str]], Awaitable[Found]]


def is_check_name(name: str) -> bool:
    """Tell whether the name is a uuid or a unique key, by either of which a check's global id may name it."""
    return is_uuid(name) or _UNIQUE_KEY.fullmatch(name) is not None


def is_number(name: str) -> bool:
    """Tell whether the name is the number of a row, by which runs and calls are named."""
    return _NUMBER.fullmatch(name) is not None


async def node_list(ctx: Context, *, ids: Sequence[str]) -> list[Any]:
    """Return what these global ids name, each a record or the refusal in its place."""
    named = [parse_global_id(one) or ("", "") for one in ids]
    found = {}
    for type_name in dict.fromkeys(type_name for type_name, _ in named):
        names = list(dict.fromkeys(name for own_type, name in named if own_type == type_name))
        found[type_name] = await _found(ctx, type_name, names)
    return [found[type_name].get(name) or NotFound("There is no such node.") for type_name, name in named]


async def node_get(ctx: Context, *, node_id: str) -> Any:
    """Return what the global id names; NotFound, or Forbidden when the key may see nothing of that type."""
    found = (await node_list(ctx, ids=[node_id]))[0]
    if isinstance(found, HeliographError):
        raise found
    return found


async def _found(ctx: Context, type_name: str, names: Sequence[str]) -> Found:
    if type_name not in _FINDERS:
        return {}
    needed, is_name, find = _FINDERS[type_name]
    try:
        ctx.project(needed)
    except Forbidden as error:
        return dict.fromkeys(names, error)
    valid = [name for name in names if is_name(name)]
    return await find(ctx, valid) if valid else {}


async def _projects(ctx: Context, names: Sequence[str]) -> Found:
    project = ctx.project()
    return {project.uuid: project} if project.uuid in names else {}


async def _users(ctx: Context, names: Sequence[str]) -> Found:
    user = await user_get(ctx)
    return {user.uuid: user} if user is not None and user.uuid in names else {}


async def _pings(ctx: Context, names: Sequence[str]) -> Found:
    parts = {name: name.split("/") for name in names}
    owners = await checks.by_names(ctx.database, ctx.project().id, [check for check, _ in parts.values()])
    wanted = {name: (owners[check].id, int(number)) for name, (check, number) in parts.items() if check in owners}
    found = await history_pages.pings_by_names(ctx.database, ctx.project().ping_limit, list(wanted.values()))
    return {name: found[pair] for name, pair in wanted.items() if pair in found}


def _of_project(read: Callable[..., Awaitable[Found]]) -> Find:
    async def find(ctx: Context, names: Sequence[str]) -> Found:
        return await read(ctx.database, ctx.project().id, names)

    return find


def _opened(read: Callable[..., Awaitable[Found]]) -> Find:
    """Find what is stored encrypted."""

    async def find(ctx: Context, names: Sequence[str]) -> Found:
        return await read(ctx.database, ctx.site.vault, ctx.project().id, names)

    return find


_FINDERS: Mapping[str, tuple[Role, Callable[[str], bool], Find]] = {
    "Project": (Role.VIEWER, is_uuid, _projects),
    "Check": (Role.VIEWER, is_check_name, _of_project(checks.by_names)),
    "Ping": (Role.EDITOR, lambda name: _PING_NAME.fullmatch(name) is not None, _pings),
    "Flip": (Role.VIEWER, is_uuid, _of_project(history_pages.flips_by_uuids)),
    "Tag": (Role.VIEWER, is_uuid, _of_project(tags.by_uuids)),
    "Contact": (Role.VIEWER, is_uuid, _of_project(channels.contacts_by_uuids)),
    "Channel": (Role.EDITOR, is_uuid, _of_project(channels.by_uuids)),
    "Notification": (Role.EDITOR, is_uuid, _of_project(notifications.by_uuids)),
    "ApiKey": (Role.EDITOR, is_uuid, _of_project(keys.by_uuids)),
    "User": (Role.VIEWER, is_uuid, _users),
    "Monitor": (Role.VIEWER, is_uuid, _of_project(monitors.by_uuids)),
    "Template": (Role.VIEWER, is_uuid, _opened(templates.by_uuids)),
    "Validation": (Role.VIEWER, is_uuid, _of_project(templates.validations_by_uuids)),
    "Run": (Role.VIEWER, is_number, _of_project(runs.by_names)),
    "Call": (Role.VIEWER, is_number, _opened(calls.by_names)),
    "Location": (Role.VIEWER, is_uuid, _of_project(locations.by_uuids)),
    "Outage": (Role.VIEWER, is_uuid, _of_project(outages.by_uuids)),
    "Alert": (Role.VIEWER, is_uuid, _of_project(alerts.by_uuids)),
    "Variable": (Role.VIEWER, is_uuid, _opened(variables.by_uuids)),
}
"""Who may see nodes of a type, how their names look, and who finds them."""
