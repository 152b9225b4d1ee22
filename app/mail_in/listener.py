"""The listener of e-mail pings and bounces: SMTP on the running loop (specs/healthchecks.md sections 13 and 7.6).

It takes mail for its own mailboxes alone, so it relays nothing. 250 after DATA means that all is on disk.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.db.away import DATABASE_ERRORS, is_away
from app.errors import Unavailable
from app.ids import new_uuid
from app.mail_in.bounce import note_bounce
from app.mail_in.conversation import Conversation, leave
from app.mail_in.message import read_mail
from app.mail_in.recipients import BounceMailbox, CheckMailbox, Refused, recipient
from app.pipeline.ingest import Ingest, Signal
from app.rules.signals import MailText
from app.rules.states import PingKind
from app.site import Site
from app.web.client_address import first_address

MOST_CONVERSATIONS = 50
"""Conversations at once; who comes later is told to come again."""
MOST_RECIPIENTS = 100
"""Of one mail."""

_STOP_SECONDS = 5
_USER_AGENT_LENGTH = 200
_log = logging.getLogger(__name__)


@asynccontextmanager
async def mail_listener(site: Site, ingest: Ingest, listener: socket.socket | None) -> AsyncIterator[None]:
    """Take mail at this socket, if there is one; at the end, mails that are being recorded are still answered."""
    if listener is None:
        yield
        return
    loop = asyncio.get_running_loop()
    handler = _Handler(site, ingest)
    open_ones: set[Conversation] = set()

    def conversation() -> asyncio.Protocol:
        if len(open_ones) >= MOST_CONVERSATIONS:
            return _TooMany()
        return Conversation(handler, site.settings.ping_email_domain, open_ones)

    server = await loop.create_server(conversation, sock=listener)
    _log.info("E-mail pings are taken at port %d for %s", listener.getsockname()[1], site.settings.ping_email_domain)
    try:
        yield
    finally:
        server.close()
        await handler.idle(_STOP_SECONDS)
        for each in list(open_ones):
            leave(cast(asyncio.Transport, each.transport), "421 4.3.2 The server is stopping, try again later")


class _TooMany(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        leave(cast(asyncio.Transport, transport), "421 4.3.2 Too many connections, try again later")


class _Handler:
    """What is done with recipients and mails; aiosmtpd calls it by the names of its methods."""

    def __init__(self, site: Site, ingest: Ingest) -> None:
        self._site = site
        self._ingest = ingest
        self._reading = asyncio.Semaphore()
        self._recording = 0
        self._recorded = asyncio.Event()

    async def idle(self, seconds: float) -> None:
        """Wait until no mail is being recorded, but not longer than this."""
        try:
            async with asyncio.timeout(seconds):
                while self._recording:
                    self._recorded.clear()
                    await self._recorded.wait()
        except TimeoutError:
            _log.warning("Mails that were not recorded in time are not answered; their senders try again")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept the mailboxes that there may be, and no other."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            recipient(self._site, address)
        except Refused as refusal:
            return str(refusal)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Record the mail for each of its recipients."""
        self._recording += 1
        try:
            await self._record(session, envelope)
        finally:
            self._recording -= 1
            self._recorded.set()
        return "250 OK"

    async def handle_exception(self, error: Exception) -> str:
        """Let the sender try again later; what is a bug has a number in the log."""
        if isinstance(error, Unavailable) or (isinstance(error, DATABASE_ERRORS) and is_away(error)):
            return "451 4.3.0 Unavailable, try again later"
        number = new_uuid()
        _log.error("Internal error %s while taking a mail", number, exc_info=error)
        return f"451 4.3.0 Internal error {number}"

    async def _record(self, session: Session, envelope: Envelope) -> None:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mailboxes = [recipient(self._site, address) for address in envelope.rcpt_tos]
        await self._ping([each for each in mailboxes if isinstance(each, CheckMailbox)], session, envelope, content)
        for mailbox in mailboxes:
            if isinstance(mailbox, BounceMailbox):
                await note_bounce(self._site, mailbox.notification_uuid, content)

    async def _ping(
        self, mailboxes: Sequence[CheckMailbox], session: Session, envelope: Envelope, content: bytes
    ) -> None:
        if not mailboxes:
            return
        async with self._reading:  # one at a time: the others would only take turns
            mail = await asyncio.to_thread(read_mail, content)
        signals = [self._signal(mailbox, session, envelope, content, mail) for mailbox in mailboxes]
        await asyncio.gather(*map(self._ingest.submit, signals))

    def _signal(
        self, mailbox: CheckMailbox, session: Session, envelope: Envelope, content: bytes, mail: MailText
    ) -> Signal:
        address = first_address(session.peer[0]) if session.peer else None
        return Signal(
            received_at=self._site.clock(),
            kind=PingKind.SUCCESS,
            method="",
            uuid=mailbox.uuid,
            ping_key=mailbox.ping_key,
            slug=mailbox.slug,
            scheme="email",
            remote_address=address,
            nearest_address=address,
            user_agent=_user_agent(envelope.mail_from or ""),
            body=content[: self._site.settings.ping_body_limit],
            mail=mail,
        )


def _user_agent(sender: str) -> str:
    """Name the sender; what is no text, and NUL, which PostgreSQL cannot store, is replaced or left out."""
    return f"Email from {sender.encode(errors='replace').decode()}".replace("\0", "")[:_USER_AGENT_LENGTH]
