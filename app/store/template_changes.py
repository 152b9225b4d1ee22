"""Writing templates and their validations, those of many monitors at once."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import delete, func, insert, select, update

from app.db.unit_of_work import UnitOfWork
from app.ids import new_uuid
from app.models.tables import templates, validations
from app.rules.validations import Validation
from app.security.keys import Vault
from app.store.monitor_changes import TemplateValues

_DEFAULTS: dict[str, Any] = {
    "name": None,
    "method": "GET",
    "body": None,
    "follow_redirects": False,
    "timeout": None,
    "pre_process_script": None,
    "post_script": None,
}


async def replace(
    unit: UnitOfWork, vault: Vault, monitor_ids: Sequence[int], wanted: Sequence[TemplateValues], now: datetime
) -> None:
    """Let each of these monitors have exactly these templates, all of them new."""
    await unit.execute(delete(templates).where(templates.c.watchable_id.in_(monitor_ids)))
    await _add(unit, vault, [(number, 1, wanted) for number in monitor_ids], now)


async def append(unit: UnitOfWork, vault: Vault, monitor_id: int, wanted: TemplateValues, now: datetime) -> int:
    """Store a new last template of a monitor that was read with `lock`, and return its number."""
    last = select(func.max(templates.c.position)).where(templates.c.watchable_id == monitor_id)
    row = await unit.row(last)
    position = 1 + (row[0] or 0 if row else 0)
    return (await _add(unit, vault, [(monitor_id, position, [wanted])], now))[0]


async def change(unit: UnitOfWork, vault: Vault, template_id: int, wanted: TemplateValues, now: datetime) -> None:
    """Set what is given of a template; validations are made anew."""
    columns = wanted.columns | _packed(vault, wanted) | {"updated_at": now}
    await unit.execute(update(templates).where(templates.c.id == template_id).values(**columns))
    if wanted.validations is not None:
        await unit.execute(delete(validations).where(validations.c.template_id == template_id))
        await _add_validations(unit, [(template_id, wanted.validations)])


async def remove(unit: UnitOfWork, monitor_id: int, template_id: int, position: int) -> None:
    """Delete a template of a monitor that was read with `lock`; those behind it move up."""
    await unit.execute(delete(templates).where(templates.c.id == template_id))
    behind = (templates.c.watchable_id == monitor_id) & (templates.c.position > position)
    await unit.execute(update(templates).where(behind).values(position=templates.c.position - 1))


async def _add(
    unit: UnitOfWork, vault: Vault, wanted: Iterable[tuple[int, int, Sequence[TemplateValues]]], now: datetime
) -> list[int]:
    """Store templates, given as monitor, position of the first and templates; return their numbers in order."""
    rows, conditions = [], []
    for monitor_id, first, values in wanted:
        for position, one in enumerate(values, first):
            rows.append(_row(vault, monitor_id, position, one, now))
            conditions.append(one.validations or ())
    if not rows:
        return []
    stored = await unit.session.execute(insert(templates).returning(templates.c.uuid, templates.c.id), rows)
    numbers = {row.uuid: row.id for row in stored}
    ids = [numbers[row["uuid"]] for row in rows]
    await _add_validations(unit, zip(ids, conditions, strict=True))
    return ids


def _row(vault: Vault, monitor_id: int, position: int, values: TemplateValues, now: datetime) -> dict[str, Any]:
    complete = TemplateValues(values.columns, values.headers or (), values.url_parameters or ())
    return {
        **_DEFAULTS,
        **values.columns,
        **_packed(vault, complete),
        "uuid": new_uuid(),
        "watchable_id": monitor_id,
        "position": position,
        "created_at": now,
        "updated_at": now,
    }


def _packed(vault: Vault, values: TemplateValues) -> dict[str, str]:
    columns = {}
    if values.headers is not None:
        columns["headers_encrypted"] = vault.sealer.seal(
            orjson.dumps([astuple(one) for one in values.headers]).decode()
        )
    if values.url_parameters is not None:
        columns["url_parameters"] = orjson.dumps(values.url_parameters).decode()
    return columns


async def _add_validations(unit: UnitOfWork, wanted: Iterable[tuple[int, Sequence[Validation]]]) -> None:
    rows = [
        {"uuid": new_uuid(), "template_id": template_id, "position": position, **asdict(one)}
        for template_id, conditions in wanted
        for position, one in enumerate(conditions, 1)
    ]
    if rows:
        await unit.session.execute(insert(validations), rows)
