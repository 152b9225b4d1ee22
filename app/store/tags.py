"""Tags in the database: the words of a watchable's text, each a row of its project."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import delete, exists, insert, select

from app.db.reader import Reader
from app.db.unit_of_work import UnitOfWork
from app.models import Tag
from app.models.tables import checks, monitors, tags, watchable_tags


@dataclass(frozen=True, slots=True)
class TagRecord:
    """All that is stored of one tag."""

    id: int
    uuid: str
    project_id: int
    name: str
    color: str


_SELECT_TAGS = select(*(tags.c[field.name] for field in fields(TagRecord)))


def words(text: str) -> list[str]:
    """Return the tags that a space-separated text names, each once."""
    return list(dict.fromkeys(word for part in text.split(" ") if (word := part.strip())))


async def retag(unit: UnitOfWork, project_id: int, watchable_id: int, names: Iterable[str]) -> None:
    """Let the watchable carry exactly these tags, made where the project lacks them."""
    tag_ids = set(await _tag_ids(unit, project_id, sorted(set(names))))
    carried = watchable_tags.c.watchable_id == watchable_id
    await unit.execute(delete(watchable_tags).where(carried, watchable_tags.c.tag_id.not_in(tag_ids)))
    kept = {row[0] for row in await unit.rows(select(watchable_tags.c.tag_id).where(carried))}
    links = [{"watchable_id": watchable_id, "tag_id": tag_id} for tag_id in sorted(tag_ids - kept)]
    if links:
        await unit.execute(insert(watchable_tags).values(links))


async def retag_in_order(unit: UnitOfWork, project_id: int, watchable_ids: Sequence[int], names: Sequence[str]) -> None:
    """Let each of these watchables carry exactly these tags, in this order, made where the project lacks them.

    The project is locked, so that nobody makes the same tag meanwhile.
    """
    await _tag_ids(unit, project_id, sorted(set(names)))
    own = select(tags.c.name, tags.c.id).where(tags.c.project_id == project_id, tags.c.name.in_(names))
    numbers = {row.name: row.id for row in await unit.rows(own)}
    await unit.execute(delete(watchable_tags).where(watchable_tags.c.watchable_id.in_(watchable_ids)))
    links = [
        {"watchable_id": watchable_id, "tag_id": numbers[name], "position": position}
        for watchable_id in watchable_ids
        for position, name in enumerate(names)
    ]
    if links:
        await unit.session.execute(insert(watchable_tags), links)


async def of_monitors(reader: Reader, project_id: int) -> dict[str, list[int]]:
    """Return the tags that the project's monitors carry, in the order of first use, each with the monitors' numbers."""
    carried = (
        select(tags.c.name, watchable_tags.c.watchable_id)
        .join(watchable_tags)
        .join(monitors, monitors.c.watchable_id == watchable_tags.c.watchable_id)
        .where(tags.c.project_id == project_id)
    )
    found: dict[str, list[int]] = {}
    for name, watchable_id in await reader.rows(
        carried.order_by(watchable_tags.c.watchable_id, watchable_tags.c.position)
    ):
        found.setdefault(name, []).append(watchable_id)
    return found


async def _tag_ids(unit: UnitOfWork, project_id: int, names: list[str]) -> list[int]:
    own = (tags.c.project_id == project_id) & tags.c.name.in_(names)
    known = {row.name: row.id for row in await unit.rows(select(tags.c.name, tags.c.id).where(own))}
    made = [Tag(project_id=project_id, name=name) for name in names if name not in known]
    await unit.add(*made)
    return [*known.values(), *(tag.id for tag in made if tag.id is not None)]


async def of_project(reader: Reader, project_id: int) -> list[TagRecord]:
    """Return the project's tags by name."""
    rows = await reader.rows(_SELECT_TAGS.where(tags.c.project_id == project_id).order_by(tags.c.name))
    return [TagRecord(*row) for row in rows]


async def names_in_use(reader: Reader, project_id: int) -> list[str]:
    """Return the names, in order, of those of the project's tags that any check carries."""
    carried = exists().where(
        watchable_tags.c.tag_id == tags.c.id, watchable_tags.c.watchable_id == checks.c.watchable_id
    )
    named = select(tags.c.name).where(tags.c.project_id == project_id, carried)
    return [row.name for row in await reader.rows(named.order_by(tags.c.name))]


async def of_watchables(reader: Reader, watchable_ids: Sequence[int]) -> dict[int, list[TagRecord]]:
    """Return the tags that each of these watchables carries, in their order, by the watchable's number."""
    carried = watchable_tags.c.watchable_id.in_(watchable_ids)
    statement = _SELECT_TAGS.add_columns(watchable_tags.c.watchable_id).join(watchable_tags).where(carried)
    found: dict[int, list[TagRecord]] = {}
    for *tag, watchable_id in await reader.rows(statement.order_by(watchable_tags.c.position, tags.c.name)):
        found.setdefault(watchable_id, []).append(TagRecord(*tag))
    return found


async def by_uuids(reader: Reader, project_id: int, uuids: Sequence[str]) -> dict[str, TagRecord]:
    """Return the project's tags with these uuids, by uuid."""
    own = tags.c.project_id == project_id
    return {row.uuid: TagRecord(*row) for row in await reader.rows(_SELECT_TAGS.where(own, tags.c.uuid.in_(uuids)))}
