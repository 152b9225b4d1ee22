"""Variables of projects in the database: JSON values, encrypted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, insert, select, update

from app.db.reader import AnyRow, Reader
from app.db.unit_of_work import UnitOfWork
from app.ids import new_uuid
from app.models.tables import variables
from app.security.keys import Vault


@dataclass(frozen=True, slots=True)
class VariableRecord:
    """One variable, opened: `value` is a JSON value. Whoever shows it withholds that of one that is `secret`."""

    id: int
    uuid: str
    project_id: int
    name: str
    value: Any = field(repr=False)
    secret: bool
    updated_at: datetime


async def of_projects(reader: Reader, vault: Vault, project_ids: Sequence[int]) -> dict[int, list[VariableRecord]]:
    """Return the variables of these projects, by the project's number, each list by name."""
    wanted = select(variables).where(variables.c.project_id.in_(project_ids)).order_by(variables.c.name)
    found: dict[int, list[VariableRecord]] = {}
    for row in await reader.rows(wanted):
        found.setdefault(row.project_id, []).append(_record(vault, row))
    return found


async def of_project(reader: Reader, vault: Vault, project_id: int) -> list[VariableRecord]:
    """Return the project's variables by name."""
    return (await of_projects(reader, vault, [project_id])).get(project_id, [])


async def by_uuids(reader: Reader, vault: Vault, project_id: int, uuids: Sequence[str]) -> dict[str, VariableRecord]:
    """Return those of the variables with these uuids that are the project's, by uuid."""
    own = variables.c.project_id == project_id
    rows = await reader.rows(select(variables).where(own, variables.c.uuid.in_(uuids)))
    return {row.uuid: _record(vault, row) for row in rows}


def _record(vault: Vault, row: AnyRow) -> VariableRecord:
    value = orjson.loads(vault.decrypt(row.value_encrypted))
    return VariableRecord(row.id, row.uuid, row.project_id, row.name, value, row.secret, row.updated_at)


async def put(
    unit: UnitOfWork, vault: Vault, project_id: int, values: Mapping[str, str], now: datetime, *, secret: bool
) -> None:
    """Store these values, each JSON, by name: new ones or in place of others; one that is secret stays so."""
    own = select(variables.c.name, variables.c.secret).where(variables.c.project_id == project_id)
    known = {row.name: row.secret for row in await unit.rows(own.where(variables.c.name.in_(list(values))))}
    rows = [
        {"named": name, "value": vault.encrypt(value), "hidden": secret or known.get(name, False), "at": now}
        for name, value in values.items()
    ]
    changed = [row for row in rows if row["named"] in known]
    made = [row for row in rows if row["named"] not in known]
    if changed:
        named = (variables.c.project_id == project_id) & (variables.c.name == bindparam("named"))
        settings: dict[str, Any] = {
            "value_encrypted": bindparam("value"),
            "secret": bindparam("hidden"),
            "updated_at": bindparam("at"),
        }
        await unit.session.execute(update(variables).where(named).values(settings), changed)
    if made:
        await unit.session.execute(insert(variables), [_new(project_id, row) for row in made])


def _new(project_id: int, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uuid": new_uuid(),
        "project_id": project_id,
        "name": row["named"],
        "value_encrypted": row["value"],
        "secret": row["hidden"],
        "updated_at": row["at"],
    }


async def remove(unit: UnitOfWork, project_id: int, names: Iterable[str]) -> list[str]:
    """Delete the project's variables of these names; return which there were."""
    own = (variables.c.project_id == project_id) & variables.c.name.in_(list(names))
    gone = await unit.execute(delete(variables).where(own).returning(variables.c.name))
    return [row.name for row in gone]
