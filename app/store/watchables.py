"""What checks and monitors share, in the database."""

from sqlalchemy import select

from app.db.reader import Reader
from app.models.tables import watchables


async def number(reader: Reader, project_id: int, uuid: str) -> int | None:
    """Return the number of the project's watchable with this uuid, of whatever kind; None when there is none."""
    named = (watchables.c.project_id == project_id) & (watchables.c.uuid == uuid)
    row = await reader.row(select(watchables.c.id).where(named))
    return row[0] if row else None
