"""What resolvers do with variables, on both databases."""

from typing import Any

import pytest
from sqlalchemy import select

from app.errors import Forbidden, InvalidInput, LimitReached
from app.models import Project
from app.models.tables import variables as table
from app.rules import variable_settings
from app.security.roles import Role
from app.site import Site
from app.store import projects, variables
from graphql_api.context import Context
from graphql_api.resolvers.variables import variable_list, variables_delete, variables_set
from tests.conftest import MovedClock, caller_of


async def shown(ctx: Context) -> dict[str, Any]:
    return {one.name: (one.value, one.secret) for one in await variable_list(ctx)}


async def test_values_are_any_json_and_are_replaced_by_name(ctx: Context, clock: MovedClock) -> None:
    await variables_set(ctx, values={"b": {"x": [1, None, 2.5]}, "a": "text"})
    clock.move(minutes=1)

    after = await variables_set(ctx, values={"a": True, "ü c.d": "\0"})

    assert after == await variable_list(ctx)
    assert await shown(ctx) == {"a": (True, False), "b": ({"x": [1, None, 2.5]}, False), "ü c.d": ("\0", False)}
    assert {one.name: one.updated_at == clock.now for one in after} == {"a": True, "b": False, "ü c.d": True}


async def test_a_secret_value_is_never_shown_and_not_stored_in_the_clear(ctx: Context, site: Site) -> None:
    assert [one.value for one in await variables_set(ctx, values={"key": "sesame"}, secret=True)] == [None]

    await variables_set(ctx, values={"key": "open sesame", "plain": "words"})

    assert await shown(ctx) == {"key": (None, True), "plain": ("words", False)}
    stored = await variables.of_project(ctx.database, site.vault, ctx.project().id)
    assert {one.name: one.value for one in stored} == {"key": "open sesame", "plain": "words"}
    assert "sesame" not in repr(stored)
    rows = await ctx.database.rows(select(table))
    assert not any(word in str(tuple(row)) for row in rows for word in ("sesame", "words"))


async def test_deleting_takes_those_there_are(ctx: Context) -> None:
    await variables_set(ctx, values={"a": 1, "b": 2, "c": 3}, secret=True)

    left = await variables_delete(ctx, names=["a", "b", "nobody's"])

    assert [one.name for one in left] == ["c"]
    await variables_set(ctx, values={"a": 1})
    assert await shown(ctx) == {"a": (1, False), "c": (None, True)}


async def test_variables_are_those_of_the_project(ctx: Context, site: Site) -> None:
    await variables_set(ctx, values={"a": 1})
    async with site.database.transaction() as unit:
        other = await projects.add(unit, Project(name="Other", created_at=site.clock()))
    stranger = Context(site=site, caller=caller_of(other), root="")

    assert await variables_set(stranger, values={"a": 2}) != []
    await variables_delete(stranger, names=["a"])

    assert await shown(ctx) == {"a": (1, False)}


async def test_a_fault_stores_nothing(ctx: Context) -> None:
    with pytest.raises(InvalidInput) as refused:
        await variables_set(ctx, values={"a": 1, "{b}": 2})

    assert refused.value.path == ("{b}",)
    assert await shown(ctx) == {}


async def test_a_project_has_room_for_so_many_variables_and_characters(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variable_settings, "MOST_VARIABLES", 2)
    monkeypatch.setattr(variable_settings, "MOST_TEXT", 20)
    await variables_set(ctx, values={"a": "x", "b": "x"})

    with pytest.raises(LimitReached):
        await variables_set(ctx, values={"c": "x"})
    with pytest.raises(InvalidInput):
        await variables_set(ctx, values={"a": "x" * 20})
    await variables_set(ctx, values={"a": "y"})

    assert await shown(ctx) == {"a": ("y", False), "b": ("x", False)}


async def test_keys_that_may_only_read_change_no_variable(ctx: Context, site: Site) -> None:
    await variables_set(ctx, values={"a": 1})
    reader = Context(site=site, caller=caller_of(ctx.project(), Role.VIEWER), root="")

    for attempt in (variables_set(reader, values={"a": 2}), variables_delete(reader, names=["a"])):
        with pytest.raises(Forbidden):
            await attempt

    assert await shown(reader) == {"a": (1, False)}
