"""Reading templates and their validations; app/store/template_changes.py writes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from app.db.reader import AnyRow, Reader
from app.models.tables import templates, validations, watchables
from app.rules.steps import Pairs
from app.rules.validations import ValidationOperator, ValidationSource
from app.security.keys import Vault


@dataclass(frozen=True, slots=True)
class TemplateHeader:
    """A header that a template sends; the value of one that is `secret` is not shown."""

    name: str
    value: str = field(repr=False)
    secret: bool = False


@dataclass(frozen=True, slots=True)
class ValidationRecord:
    """All that is stored of one validation."""

    id: int
    uuid: str
    template_id: int
    source: ValidationSource
    operator: ValidationOperator
    expression: str
    expected: str


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """All that is stored of one template, opened, with its validations in order. `watchable_id` is its monitor."""

    id: int
    uuid: str
    watchable_id: int
    position: int
    name: str | None
    method: str
    url: str
    url_parameters: Pairs
    headers: tuple[TemplateHeader, ...]
    body: str | None = field(repr=False)
    follow_redirects: bool
    timeout: int | None
    pre_process_script: str | None = field(repr=False)
    post_script: str | None = field(repr=False)
    created_at: datetime
    updated_at: datetime
    validations: tuple[ValidationRecord, ...]


async def of_monitors(reader: Reader, vault: Vault, monitor_ids: Sequence[int]) -> dict[int, list[TemplateRecord]]:
    """Return the templates of these monitors in their order, by the monitor's number, in two statements."""
    wanted = select(templates).where(templates.c.watchable_id.in_(monitor_ids))
    rows = await reader.rows(wanted.order_by(templates.c.position, templates.c.id))
    found: dict[int, list[TemplateRecord]] = {}
    for record in await _records(reader, vault, rows):
        found.setdefault(record.watchable_id, []).append(record)
    return found


async def of_monitor(reader: Reader, vault: Vault, monitor_id: int) -> list[TemplateRecord]:
    """Return the templates of a monitor in their order."""
    return (await of_monitors(reader, vault, [monitor_id])).get(monitor_id, [])


async def by_ids(reader: Reader, vault: Vault, ids: Sequence[int]) -> dict[int, TemplateRecord]:
    """Return the templates with these numbers, by number."""
    rows = await reader.rows(select(templates).where(templates.c.id.in_(ids)))
    return {record.id: record for record in await _records(reader, vault, rows)}


async def by_uuids(reader: Reader, vault: Vault, project_id: int, uuids: Sequence[str]) -> dict[str, TemplateRecord]:
    """Return those of the templates with these uuids that are of the project's monitors, by uuid."""
    wanted = select(templates).join(watchables, watchables.c.id == templates.c.watchable_id)
    rows = await reader.rows(wanted.where(watchables.c.project_id == project_id, templates.c.uuid.in_(uuids)))
    return {record.uuid: record for record in await _records(reader, vault, rows)}


async def validations_by_ids(reader: Reader, ids: Sequence[int]) -> dict[int, ValidationRecord]:
    """Return the validations with these numbers, by number."""
    rows = await reader.rows(select(validations).where(validations.c.id.in_(ids)))
    return {row.id: _validation(row) for row in rows}


async def validations_by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, ValidationRecord]:
    """Return those of the validations with these uuids that are of the project's monitors, by uuid."""
    joined = validations.join(templates).join(watchables, watchables.c.id == templates.c.watchable_id)
    wanted = select(validations).select_from(joined)
    rows = await reader.rows(wanted.where(watchables.c.project_id == project_id, validations.c.uuid.in_(uuids)))
    return {row.uuid: _validation(row) for row in rows}


async def _records(reader: Reader, vault: Vault, rows: Sequence[AnyRow]) -> list[TemplateRecord]:
    conditions = await _of_templates(reader, [row.id for row in rows])
    return [_record(vault, row, conditions.get(row.id, ())) for row in rows]


async def _of_templates(reader: Reader, template_ids: Sequence[int]) -> dict[int, list[ValidationRecord]]:
    if not template_ids:
        return {}
    wanted = select(validations).where(validations.c.template_id.in_(template_ids))
    found: dict[int, list[ValidationRecord]] = {}
    for row in await reader.rows(wanted.order_by(validations.c.position, validations.c.id)):
        found.setdefault(row.template_id, []).append(_validation(row))
    return found


def _validation(row: AnyRow) -> ValidationRecord:
    return ValidationRecord(row.id, row.uuid, row.template_id, row.source, row.operator, row.expression, row.expected)


def _record(vault: Vault, row: AnyRow, conditions: Iterable[ValidationRecord]) -> TemplateRecord:
    opened: list[Any] = orjson.loads(vault.sealer.open(row.headers_encrypted))
    return TemplateRecord(
        id=row.id,
        uuid=row.uuid,
        watchable_id=row.watchable_id,
        position=row.position,
        name=row.name,
        method=row.method,
        url=row.url,
        url_parameters=tuple((name, value) for name, value in orjson.loads(row.url_parameters)),
        headers=tuple(TemplateHeader(*one) for one in opened),
        body=row.body,
        follow_redirects=row.follow_redirects,
        timeout=row.timeout,
        pre_process_script=row.pre_process_script,
        post_script=row.post_script,
        created_at=row.created_at,
        updated_at=row.updated_at,
        validations=tuple(conditions),
    )
