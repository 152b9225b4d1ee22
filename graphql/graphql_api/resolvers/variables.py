"""What can be done with the variables of a project."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from app.errors import LimitReached
from app.rules import variable_settings as rule
from app.security.roles import Role
from app.store import projects, variables
from app.store.variables import VariableRecord
from graphql_api.context import Context


async def variable_list(ctx: Context) -> list[VariableRecord]:
    """Return the project's variables by name; the value of one that is secret is None."""
    return _shown(await variables.of_project(ctx.database, ctx.site.vault, ctx.project().id))


async def variables_set(ctx: Context, *, values: Mapping[str, Any], secret: bool = False) -> list[VariableRecord]:
    """Give variables these values, new ones or those there are, and return all of the project.

    A variable that is secret stays so, whatever it is given: only deleting it ends that.
    """
    project = ctx.project(Role.EDITOR)
    packed = rule.checked_values(values)
    async with ctx.database.transaction() as unit:
        await projects.lock(unit, project.id)
        await variables.put(unit, ctx.site.vault, project.id, packed, ctx.now(), secret=secret)
        stored = await variables.of_project(unit, ctx.site.vault, project.id)
        _keep_limits(stored)
        return _shown(stored)


async def variables_delete(ctx: Context, *, names: Sequence[str]) -> list[VariableRecord]:
    """Delete the variables of these names, as far as there are any, and return what is left in the project."""
    project = ctx.project(Role.EDITOR)
    wanted = [rule.checked_name(name) for name in names]
    async with ctx.database.transaction() as unit:
        await variables.remove(unit, project.id, wanted)
        return _shown(await variables.of_project(unit, ctx.site.vault, project.id))


def _shown(stored: Iterable[VariableRecord]) -> list[VariableRecord]:
    return [replace(one, value=None) if one.secret else one for one in stored]


def _keep_limits(stored: Sequence[VariableRecord]) -> None:
    if len(stored) > rule.MOST_VARIABLES:
        raise LimitReached("A project has no room for so many variables.", limit=rule.MOST_VARIABLES, used=len(stored))
    rule.check_text_in_all(sum(len(orjson.dumps(one.value)) for one in stored))
