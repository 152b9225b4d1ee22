"""What every folder of `app/channels/` offers: its package is a `ChannelKind`."""

from typing import Any, Protocol

from pydantic import BaseModel, JsonValue

from app.channels.gateway import Gateway
from app.channels.message import AlertEvent, AlertMessage


class ChannelKind(Protocol):
    """One means of telling people. `settings` is always an instance of this kind's own `Settings`."""

    Settings: type[BaseModel]
    """The settings of one channel: closed to unknown fields, every text bounded."""

    def from_value(self, value: str, more: dict[str, Any]) -> dict[str, Any]:
        """Return settings, not yet validated, from the one address or URL that says most, and what else was given."""
        ...

    def is_noop(self, settings: Any, event: AlertEvent) -> bool:
        """Tell whether the channel keeps still about this event, by its own settings."""
        ...

    def redacted(self, settings: Any) -> dict[str, JsonValue]:
        """Return the settings as they may be shown: nothing secret in them."""
        ...

    async def send(self, settings: Any, message: AlertMessage, gateway: Gateway) -> None:
        """Deliver one message; raises `DeliveryError`, and nothing else, when that fails."""
        ...
