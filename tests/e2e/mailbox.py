"""A real SMTP server that keeps every mail."""

import threading
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Self

from aiosmtpd.controller import Controller

from tests.workers.servers import free_port


class Mailbox:
    """Keeps what arrives; `wait_for` returns once so many mails are there."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.senders: list[str] = []
        self._arrived = threading.Condition()
        self._port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        with self._arrived:
            self.mails.append(mail)
            self.senders.append(envelope.mail_from)
            self._arrived.notify_all()
        return "250 OK"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """The `HELIOGRAPH_SMTP_URL` that leads here."""
        return f"smtp://127.0.0.1:{self._port}"

    def wait_for(self, count: int) -> list[EmailMessage]:
        """Return the mails once `count` of them are there; fails when they do not come."""
        return self.wait_until(lambda mails: len(mails) >= count)

    def wait_until(self, complete: Callable[[list[EmailMessage]], bool], seconds: float = 60) -> list[EmailMessage]:
        """Return the mails once they are complete; fails when that does not come about."""
        deadline = time.monotonic() + seconds
        with self._arrived:
            while not complete(self.mails):
                if not self._arrived.wait(deadline - time.monotonic()):
                    raise AssertionError(f"only these mails came: {[mail['Subject'] for mail in self.mails]}")
            return list(self.mails)
