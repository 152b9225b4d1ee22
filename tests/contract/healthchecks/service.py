"""The whole service as its users find it: the APIs, the ping URLs, the pages; messages go out when a test says so."""

from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import httpx

from app.db.outbox import Message
from app.pipeline import alerting, due_letters
from app.pipeline.delivery import NOTIFICATIONS
from app.pipeline.letters import LETTERS
from app.pipeline.owed import sweep
from app.pipeline.renderers import Renderers
from app.pipeline.watch import take_down_late
from app.site import Site
from rest_compat.healthchecks.wire import check_json
from tests.conftest import MovedClock
from tests.workers.servers import Mailbox
from workers.home import Home
from workers.letters import send_letter
from workers.sending import send_notification

CHECKS = "/api/v3/checks/"
CREATE = """mutation($input: ChannelCreateInput!) {
  channelCreate(input: $input) { errors { message } channel { id name kind } }
}"""
CHANNELS = "{ project { contacts { id channels { id name disabled lastError } } } }"
NOTIFICATIONS_OF_ALL = """{ project { notifications(first: 100) {
  edges { node { id event state attempt error channel { name } watchable { name } } }
} } }"""

_SENDERS = {alerting.DELIVER: send_notification, due_letters.SEND: send_letter}


@dataclass
class Service:
    """One site with a user's clients; `owed` is what left for the workers and was not worked on yet."""

    site: Site
    clock: MovedClock
    mailbox: Mailbox
    api: httpx.AsyncClient
    """With a read-write key."""
    contact_id: str
    """The global id of the contact that channels are given to."""
    owed: list[Message] = field(default_factory=list)

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Ask the GraphQL API, with the same key."""
        authorization = {"Authorization": f"Bearer {self.api.headers['x-api-key']}"}
        body = {"query": query, "variables": variables}
        answer = (await self.api.post("/graphql", json=body, headers=authorization)).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    async def channel(self, name: str, kind: str, **settings: Any) -> str:
        """Make a channel and return its global id."""
        given = {"contactId": self.contact_id, "name": name, "settings": {kind: settings}}
        made = (await self.ask(CREATE, input=given))["channelCreate"]
        assert made["errors"] == []
        return str(made["channel"]["id"])

    async def webhook(self, name: str, url: str, **request: Any) -> str:
        """Make a webhook that calls `url` when a check goes down."""
        return await self.channel(name, "webhook", down={"url": url, **request})

    async def check(self, **fields: Any) -> dict[str, Any]:
        """Make a check that is told to all channels, unless `channels` says to which."""
        answer = await self.api.post(CHECKS, json={"channels": "*", "timeout": 60, "grace": 60, **fields})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def ping(self, check: dict[str, Any], suffix: str = "", body: bytes = b"") -> None:
        answer = await self.api.post(check["ping_url"] + suffix, content=body)
        assert answer.status_code == 200

    async def go_down(self, check: dict[str, Any], suffix: str = "/fail", body: bytes = b"") -> None:
        """Send a failure, and what is owed then."""
        await self.ping(check, suffix, body)
        await self.send()

    async def miss(self, **late: float) -> None:
        """Let time pass, look for late checks, and send what is owed then."""
        self.clock.move(**late)
        await take_down_late(self.site)
        await self.send()

    async def send(self) -> None:
        """Work on what is owed, in its order, as a worker does, until nothing is left."""
        home = Home.here(self.site, Renderers(check_json(self.site)))
        while self.owed:
            message = self.owed.pop(0)
            uuid, *attempt = message.arguments
            await _SENDERS[message.actor](home, str(uuid), int(attempt[0]) if attempt else 0)

    async def send_again(self, **later: float) -> None:
        """Let time pass, and send what became due."""
        self.clock.move(**later)
        for owed in (NOTIFICATIONS, LETTERS):
            await sweep(self.site, owed)
        await self.send()

    async def channels(self) -> dict[str, dict[str, Any]]:
        """Return what the GraphQL API shows of each channel, by name."""
        contacts = (await self.ask(CHANNELS))["project"]["contacts"]
        return {one["name"]: one for contact in contacts for one in contact["channels"]}

    async def error(self, name: str = "hook") -> str | None:
        """Return the last error of a channel."""
        error: str | None = (await self.channels())[name]["lastError"]
        return error

    async def notifications(self) -> list[dict[str, Any]]:
        """Return what the GraphQL API shows of each notification, the newest first."""
        edges = (await self.ask(NOTIFICATIONS_OF_ALL))["project"]["notifications"]["edges"]
        return [edge["node"] for edge in edges]

    async def told(self, name: str) -> list[str]:
        """Return the events that a channel was told of, or is to be, the oldest first."""
        rows = [row["event"] for row in await self.notifications() if row["channel"]["name"] == name]
        return rows[::-1]

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails that arrived."""
        return [message_from_bytes(envelope.content, policy=default) for envelope in self.mailbox.envelopes]


def part(mail: EmailMessage, kind: str = "plain") -> str:
    """Return the text of one part of a mail."""
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content())
