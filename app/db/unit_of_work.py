"""The unit of work: one transaction, and the messages that leave after it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, Result
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.outbox import Message
from app.db.reader import AnyRow


class UnitOfWork:
    """One open transaction. Nobody commits by hand: the context that made it does, once, at its end."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.messages: list[Message] = []

    async def execute(self, statement: Executable) -> Result[*tuple[Any, ...]]:
        """Run a statement within the transaction."""
        return await self.session.execute(statement)

    async def row(self, statement: Executable) -> AnyRow | None:
        """Run a reading statement and return its first row, if any."""
        return (await self.session.execute(statement)).first()

    async def rows(self, statement: Executable) -> Sequence[AnyRow]:
        """Run a reading statement and return its rows."""
        return (await self.session.execute(statement)).all()

    async def add(self, *rows: object) -> None:
        """Store new rows at once, so that their numbers are known and their references hold."""
        self.session.add_all(rows)
        await self.session.flush()

    def enqueue(self, actor: str, *arguments: str | int) -> None:
        """Let a message leave for the broker after the commit."""
        self.messages.append(Message(actor, arguments))
