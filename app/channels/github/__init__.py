"""GitHub: an issue is created when something goes down.

https://docs.github.com/en/rest/issues/issues#create-an-issue has the fields. An issue whose labels the token may not
set is created without them.
"""

from typing import Annotated

from pydantic import Field

from app.channels.http_kind import Token, gone_at, http_kind, posted_json
from app.channels.kind import ChannelSettings
from app.channels.message import AlertMessage
from app.channels.ticket import opens_one_ticket, ticket_text
from app.channels.wording import subject
from app.security.hops import HttpRequest

API = "https://api.github.com"
API_VERSION = "2022-11-28"
BODY_BYTES = 65_536

# An expired token, a repository that is gone or out of the token's reach, issues switched off.
_GONE = (401, 404, 410)

Label = Annotated[str, Field(min_length=1, max_length=50)]


class Settings(ChannelSettings):
    """Where to create issues, and how they are labelled."""

    repository: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,38}/[.]?[A-Za-z0-9_-][A-Za-z0-9._-]{0,98}$",
        max_length=140,
        description="The repository as owner/name.",
    )
    token: Token = Field(description="A token that may write issues of the repository.")
    labels: list[Label] = Field(default=[], max_length=20, description="Labels for the issues.")


def _request(settings: Settings, message: AlertMessage) -> HttpRequest:
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {settings.token}",
        "X-GitHub-Api-Version": API_VERSION,
    }
    issue = {
        "title": subject(message),
        "body": ticket_text(message, BODY_BYTES),
        "labels": settings.labels,
    }
    return posted_json(f"{API}/repos/{settings.repository}/issues", issue, headers)


KIND = http_kind(
    "An issue on GitHub, created when something goes down.",
    Settings,
    _request,
    value="repository",
    judge=gone_at(_GONE),
    is_noop=opens_one_ticket,
)
