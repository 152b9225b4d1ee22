"""Discord: a message by a webhook, through its entrance for Slack's attachments (`<webhook>/slack`)."""

from urllib.parse import urlsplit

from app.channels.markup import MARKDOWN
from app.channels.slack_like import slack_like_kind

_ENTRANCE = "/slack"


def _entrance(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(path=parts.path.rstrip("/").removesuffix(_ENTRANCE) + _ENTRANCE).geturl()


KIND = slack_like_kind("A message in Discord, by a webhook.", MARKDOWN, address=_entrance)
