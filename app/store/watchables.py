"""What checks and monitors share, in the database."""

from sqlalchemy import select

from app.db.reader import Reader
from app.models.tables import watchables

_LARGEST_NUMBER = 2**63 - 1


async def number(reader: Reader, project_id: int, name: str) -> int | None:
    """Return the number of the project's watchable, of whatever kind, with this uuid or number; None without any."""
    named = watchables.c.uuid == name
    if name.isascii() and name.isdecimal() and int(name) <= _LARGEST_NUMBER:
        named = watchables.c.id == int(name)
    row = await reader.row(select(watchables.c.id).where(watchables.c.project_id == project_id, named))
    return row[0] if row else None
