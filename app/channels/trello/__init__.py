"""Trello: a card is created when something goes down.

https://developer.atlassian.com/cloud/trello/rest/api-group-cards/#api-cards-post has the fields. Key and token go in
the header, for URLs end up in logs.
"""

from pydantic import Field

from app.channels.http_kind import Token, gone_at, http_kind, posted_form
from app.channels.kind import ChannelSettings
from app.channels.message import AlertMessage
from app.channels.ticket import opens_one_ticket, ticket_text
from app.channels.wording import subject
from app.security.hops import HttpRequest

API = "https://api.trello.com"
TEXT_BYTES = 16_384

# A revoked token; a list that is gone.
_GONE = (401, 404)


class Settings(ChannelSettings):
    """Where to create cards."""

    list_id: str = Field(pattern=r"^[0-9A-Za-z]+$", max_length=40, description="The id of the list for new cards.")
    key: Token = Field(description="The API key of a Power-Up.")
    token: Token = Field(description="A token for the key that may write.")


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    authorization = f'OAuth oauth_consumer_key="{settings.key}", oauth_token="{settings.token}"'
    card = {
        "idList": settings.list_id,
        "name": subject(message),
        "desc": ticket_text(message, TEXT_BYTES),
    }
    return posted_form(f"{API}/1/cards", card, {"Authorization": authorization})


KIND = http_kind(
    "A card on Trello, created when something goes down.",
    Settings,
    _request,
    value="list_id",
    judge=gone_at(_GONE),
    is_noop=opens_one_ticket,
)
