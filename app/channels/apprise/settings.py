"""The settings of a channel that tells by apprise."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from app.channels.apprise.services import OWN_KINDS, SERVICES
from app.channels.kind import DownAndUpSettings, Secret


def service_of(url: str) -> str:
    """Return the beginning of an apprise URL, which names the service."""
    return url.partition("://")[0].lower()


def _allowed(url: str) -> str:
    service = service_of(url)
    if service in OWN_KINDS:
        raise ValueError(f"Use the kind {OWN_KINDS[service]} instead of {service}://")
    if service not in SERVICES:
        allowed = ", ".join(SERVICES)
        raise ValueError(f"The URL must begin with one of: {allowed}; for a host of your own use the kind webhook")
    return url


class Settings(DownAndUpSettings):
    """Which service, and how to get in."""

    url: Annotated[
        Secret,
        Field(description="The apprise URL of the service, such as prowl://key; services of a fixed host only."),
        AfterValidator(_allowed),
    ]


def from_value(value: str, more: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a channel to the service with the apprise URL `value`."""
    return {"url": value, **more}
