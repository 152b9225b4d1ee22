"""URL: a monitor and the run that decided are posted as JSON, as API Science does it (specs/apiscience.md section 13).

`{"event": "monitor.down", "monitor": {…}, "check": {…}}`, where `check` is what that dialect calls a run. Of a check
the event is `check.down` or `check.up`, and `check` is its Healthchecks object. A test has the event `test`. Told are
changes of state alone.
"""

from typing import Any

from pydantic import Field, JsonValue

from app.channels.gateway import Gateway
from app.channels.http_kind import Url, deliver_alert
from app.channels.kind import ChannelKind, DownAndUpSettings, keeps_still, without_credentials
from app.channels.message import AlertEvent, AlertMessage, MonitorFacts
from app.security.hops import HttpRequest


class Settings(DownAndUpSettings):
    """Where to post."""

    url: Url = Field(repr=False, description="The URL to post to.")


async def send(settings: Settings, message: AlertMessage, gateway: Gateway) -> None:
    """Post what happened: three times at most, a test once."""
    body = _body(message).encode(errors="replace")
    request = HttpRequest("POST", settings.url, {"Content-Type": "application/json"}, body)
    await deliver_alert(request, message, gateway)


def _body(message: AlertMessage) -> str:
    """Put together what is JSON already."""
    if not isinstance(message.subject, MonitorFacts):
        return f'{{"event":"{_event(message, "check")}","check":{message.json}}}'
    monitor, run = (message.json, "null") if message.objects is None else (message.objects.monitor, message.objects.run)
    return f'{{"event":"{_event(message, "monitor")}","monitor":{monitor},"check":{run}}}'


def _event(message: AlertMessage, subject: str) -> str:
    return "test" if message.event is AlertEvent.TEST else f"{subject}.{message.event.lower()}"


def _keeps_still(settings: Settings, event: AlertEvent) -> bool:
    return event is AlertEvent.REMINDER or keeps_still(settings, event)


def _from_value(value: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"url": value, **more}


def _redacted(settings: Settings) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = settings.model_dump(mode="json")
    return shown | {"url": without_credentials(settings.url)}


KIND = ChannelKind(
    about="A JSON object of monitor and run, posted to a URL.",
    Settings=Settings,
    from_value=_from_value,
    send=send,
    is_noop=_keeps_still,
    redacted=_redacted,
    wants_objects=True,
)
