"""Group commit: what queued while the last batch was written is the next batch."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.db.outbox import Message
from app.errors import Unavailable
from app.pipeline.ingest.batch import Overgrown, Written
from app.pipeline.ingest.creation import create_check
from app.pipeline.ingest.postgresql import PostgresqlWriter
from app.pipeline.ingest.prune import PRUNED_AT_ONCE
from app.pipeline.ingest.signal import CheckName, KeyedSlug, NamedSignal, Receipt, Signal
from app.pipeline.ingest.sqlite import SqliteWriter
from app.site import Site

BATCH_SIGNALS = 500
BATCH_BYTES = 4 * 1024 * 1024
WAITING_SIGNALS = 20_000
"""How many signals may wait; more are refused, so that memory and answers stay bounded."""
WAITING_BYTES = 64 * 1024 * 1024

_log = logging.getLogger(__name__)


class Writer(Protocol):
    """Writes batches to one kind of database."""

    async def write(self, signals: Sequence[NamedSignal], overgrown: Sequence[Overgrown]) -> Written:
        """Record the signals and prune, all or nothing; Unavailable when the database cannot be written."""
        ...

    async def close(self) -> None:
        """Give back the connection."""
        ...


class _Waiting(NamedTuple):
    named: NamedSignal
    answer: asyncio.Future[Receipt]

    def settle(self, receipt: Receipt) -> None:
        if not self.answer.done():
            self.answer.set_result(receipt)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Ingest:
    """Records signals of all requests of this process, many in one transaction."""

    def __init__(self, site: Site) -> None:
        self._site = site
        writer = SqliteWriter if site.database.is_sqlite else PostgresqlWriter
        self._writer: Writer = writer(site.database)
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._overgrown: deque[Overgrown] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._closed = False

    async def submit(self, signal: Signal) -> Receipt:
        """Record a signal; returns once it is on disk.

        Raises Unavailable when it is not: too many wait, or the database cannot be written; BadProvision when it
        makes a check that cannot be so.
        """
        receipt = await self._queued(signal)
        if receipt is not Receipt.NOT_FOUND or signal.provision is None:
            return receipt
        made = await create_check(self._site, signal)
        if made is Receipt.NOT_FOUND:
            return made
        receipt = await self._queued(signal)
        return made if receipt is Receipt.OK else receipt

    async def close(self) -> None:
        """Refuse new signals, record those that wait, and give back the connection."""
        self._closed = True
        if self._runner is not None:
            await self._runner
        await self._writer.close()

    def _queued(self, signal: Signal) -> asyncio.Future[Receipt]:
        if self._closed:
            raise Unavailable("The server is stopping.")
        if len(self._waiting) >= WAITING_SIGNALS or self._waiting_bytes + len(signal.body) > WAITING_BYTES:
            raise Unavailable("Too many pings are waiting to be recorded.")
        waiting = _Waiting((self._name(signal), signal), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._waiting_bytes += len(signal.body)
        if self._runner is None:
            self._runner = asyncio.create_task(self._run(), name="ping ingest")
        return waiting.answer

    def _name(self, signal: Signal) -> CheckName:
        if signal.uuid is not None:
            return signal.uuid
        return KeyedSlug(self._site.vault.key_hash(signal.ping_key or ""), signal.slug or "")

    async def _run(self) -> None:
        """Write batches until nothing waits."""
        try:
            while self._waiting or self._overgrown:
                overgrown = self._taken_overgrown()
                await self._write(self._taken(), overgrown)
        finally:
            self._runner = None
            self._refuse(Unavailable("The server is stopping."))

    def _taken(self) -> list[_Waiting]:
        """Take the next batch from the queue."""
        batch: list[_Waiting] = []
        taken_bytes = 0
        while self._waiting and len(batch) < BATCH_SIGNALS and taken_bytes < BATCH_BYTES:
            waiting = self._waiting.popleft()
            taken_bytes += len(waiting.named[1].body)
            batch.append(waiting)
        self._waiting_bytes -= taken_bytes
        return batch

    def _taken_overgrown(self) -> list[Overgrown]:
        """Take checks to prune: a full share, or all there are when nothing else waits."""
        if self._waiting and len(self._overgrown) < PRUNED_AT_ONCE:
            return []
        return [self._overgrown.popleft() for _ in range(min(len(self._overgrown), PRUNED_AT_ONCE))]

    async def _write(self, batch: Sequence[_Waiting], overgrown: Sequence[Overgrown] = ()) -> None:
        """Write a batch and answer its signals; one that cannot be stored falls out alone."""
        try:
            written = await self._writer.write([waiting.named for waiting in batch], overgrown)
        except Unavailable as error:
            # Those behind have waited as long: more of the same would keep them past all patience.
            _log.error("%d pings are not recorded: %s", len(batch) + len(self._waiting), error.message)
            self._refuse(error, batch)
        except asyncio.CancelledError:
            self._refuse(Unavailable("The server is stopping."), batch)
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to one of the signals
            await self._write_apart(batch, overgrown, error)
        else:
            self._answer(batch, written)

    async def _write_apart(self, batch: Sequence[_Waiting], overgrown: Sequence[Overgrown], error: Exception) -> None:
        """Write what failed together in smaller parts, until the culprit is alone."""
        if overgrown:
            _log.warning("A batch of pings and prunings failed; the pruning waits for its next turn.", exc_info=error)
            if batch:
                await self._write(batch)
        elif len(batch) == 1:
            batch[0].fail(error)
        else:
            middle = len(batch) // 2
            await self._write(batch[:middle])
            await self._write(batch[middle:])

    def _answer(self, batch: Sequence[_Waiting], written: Written) -> None:
        for waiting, receipt in zip(batch, written.receipts, strict=True):
            waiting.settle(receipt)
        self._overgrown.extend(written.overgrown)
        if written.messages:
            self._deliver(written.messages)

    def _deliver(self, messages: Sequence[Message]) -> None:
        try:
            self._site.database.deliver(messages)
        except Exception:  # noqa: BLE001 - whatever the broker raises
            # The pings are committed and answered; the sweep sends what the broker did not take.
            _log.exception("Messages of committed pings were not delivered.")

    def _refuse(self, error: Unavailable, batch: Sequence[_Waiting] = ()) -> None:
        """Tell these, and all that wait, that they are not recorded."""
        for waiting in (*batch, *self._waiting):
            waiting.fail(Unavailable(error.message))
        self._waiting.clear()
        self._waiting_bytes = 0
