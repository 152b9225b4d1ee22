"""Kinds that reach a phone by Twilio: its settings, its form, its errors.

https://www.twilio.com/docs/messaging/api/message-resource and https://www.twilio.com/docs/voice/api/call-resource have
the parameters, https://www.twilio.com/docs/api/errors the codes.
"""

from base64 import b64encode
from collections.abc import Callable
from ipaddress import ip_address
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from app.channels.gateway import Gateway
from app.channels.http_kind import Token, deliver_alert, posted_form, refusal, reply_object
from app.channels.kind import ChannelKind, ChannelSettings, keeps_still, without_secrets
from app.channels.message import AlertEvent, AlertMessage
from app.channels.wording import downtime_text, one_line, why_down
from app.outgoing import HttpReply, by_status
from app.security.addresses import is_allowed

API = "https://api.twilio.com"

_REFUSED = 400
_WHY_CHARACTERS = 160
# Not a number (21211, 21401), not to be called (21214, 21217), opted out (21610), no mobile (21614), a short code
# (21265), a landline (21635).
_WRONG_NUMBER = frozenset({21211, 21214, 21217, 21265, 21401, 21610, 21614, 21635})

PhoneNumber = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$", max_length=16)]
"""A phone number in E.164 form."""


class TwilioSettings(ChannelSettings):
    """Whose account pays, and whom to reach."""

    account_sid: str = Field(pattern="^AC[0-9a-fA-F]{32}$", max_length=34, description="The SID of the Twilio account.")
    auth_token: Token = Field(description="The auth token of the account.")
    to: PhoneNumber = Field(description="The number to reach, with + and country code.")


Form = Callable[[Any, AlertMessage], dict[str, str]]


def twilio_kind(
    about: str,
    settings: type[TwilioSettings],
    resource: Literal["Messages", "Calls"],
    form: Form,
    *,
    is_noop: Callable[[Any, AlertEvent], bool] = keeps_still,
) -> ChannelKind:
    """Return a kind that posts the form to one resource of the account; `value` is the number to reach."""

    async def send(settings: Any, message: AlertMessage, gateway: Gateway) -> None:
        url = f"{API}/2010-04-01/Accounts/{settings.account_sid}/{resource}.json"
        credentials = b64encode(f"{settings.account_sid}:{settings.auth_token}".encode()).decode()
        fields = form(settings, message) | _status_callback(gateway.status_url)
        request = posted_form(url, fields, {"Authorization": f"Basic {credentials}"})
        await deliver_alert(request, message, gateway, _judge)

    def from_value(given: str, more: dict[str, Any]) -> dict[str, Any]:
        return {"to": given, **more}

    return ChannelKind(about, settings, from_value, send, is_noop, without_secrets, by_phone=True)


def why(message: AlertMessage) -> str:
    """Say in a few words, on one line, why it is down, or for how long it was; may be empty."""
    downtime = downtime_text(message.downtime)
    return f"Downtime: {downtime}" if downtime else one_line(why_down(message), _WHY_CHARACTERS)


def _status_callback(url: str | None) -> dict[str, str]:
    """Ask for a report, unless the URL is none that Twilio can call: it would refuse the message (error 21609)."""
    return {"StatusCallback": url} if url is not None and _is_public(urlsplit(url).hostname or "") else {}


def _is_public(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return "." in host and "_" not in host
    return is_allowed(host, allow_private=False)


def _judge(reply: HttpReply) -> None:
    if reply.status >= _REFUSED:
        error = reply_object(reply)
        code = error.get("code")
        raise refusal(reply, error.get("message"), permanent=isinstance(code, int) and code in _WRONG_NUMBER)
    by_status(reply)
