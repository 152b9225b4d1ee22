"""One SMTP conversation: aiosmtpd's, with bounds of our own on time and memory."""

import asyncio
from typing import Any, cast

from aiosmtpd.smtp import SMTP, syntax

from app.web.pings import MAX_REQUEST_BODY

MESSAGE_BYTES = MAX_REQUEST_BODY
"""A larger mail is refused."""
IDLE_SECONDS = 120
"""So long a sender may be silent, or take to send one mail."""
CONVERSATION_SECONDS = 1_800

_COMMANDS = {"*": 50, "MAIL": 1_000, "RCPT": 1_000, "DATA": 1_000, "RSET": 1_000}
"""So often each command may be given in one conversation; who has more to say comes again."""
_END = b"\r\n.\r\n"
_TOO_LARGE = "552 5.3.4 The mail is too large"


class Conversation(SMTP):
    """Reads mails whole, where aiosmtpd keeps each line as an object of its own, however many and however long.

    `open_ones` are the conversations of one listener, this one as long as it lasts.
    """

    line_length_limit = MESSAGE_BYTES

    def __init__(self, handler: Any, hostname: str, open_ones: "set[Conversation]") -> None:
        super().__init__(
            handler,
            data_size_limit=MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="ESMTP Heliograph",
            timeout=IDLE_SECONDS,
            command_call_limit=_COMMANDS,
            loop=asyncio.get_running_loop(),
        )
        self._open_ones = open_ones
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        super().connection_made(transport)
        self._open_ones.add(self)
        # Aborted, not closed: closing would wait for a sender that does not read.
        self._deadline = self.loop.call_later(CONVERSATION_SECONDS, cast(asyncio.Transport, transport).abort)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        self._open_ones.discard(self)
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(error)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        """Take one mail; one that is more than twice too large ends the conversation."""
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        try:
            await self.push(await self._take_mail())
        finally:
            self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd leaves it so

    async def _take_mail(self) -> str:
        self._reader.feed_data(b"\r\n")  # so that the end of an empty mail looks like any other
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            received = await self._reader.readuntil(_END)
        except asyncio.LimitOverrunError as error:
            await self._reader.readexactly(error.consumed)
            return await self._refuse_large()
        if self.envelope is None:
            raise LookupError("a mail without an envelope")
        # A line that begins with a dot was given another one by its sender (RFC 5321 section 4.5.2).
        self.envelope.content = received.removesuffix(b".\r\n").replace(b"\r\n.", b"\r\n")[2:]
        answer: str = await self._call_handler_hook("DATA")
        return answer

    async def _refuse_large(self) -> str:
        try:
            await self._reader.readuntil(_END)
        except asyncio.LimitOverrunError as error:
            # What follows must not be taken for commands: it may be from someone whose mail is only passed on to us.
            leave(cast(asyncio.Transport, self.transport), _TOO_LARGE)
            raise asyncio.CancelledError from error
        return _TOO_LARGE


def leave(transport: asyncio.Transport, answer: str) -> None:
    """End a conversation with this answer."""
    transport.write(f"{answer}\r\n".encode())
    transport.close()
