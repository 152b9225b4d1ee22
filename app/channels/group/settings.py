"""The settings of a group. Its messages are handed over to its members (`app.pipeline.groups`)."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from app.channels.gateway import Gateway
from app.channels.kind import ChannelSettings
from app.channels.message import AlertMessage, DeliveryError
from app.ids import is_uuid

MOST_MEMBERS = 100


def _uuid(text: str) -> str:
    if not is_uuid(text):
        raise ValueError("A member of a group is named by the id of its channel")
    return text


def _each_once(members: list[str]) -> list[str]:
    return list(dict.fromkeys(members))


class Settings(ChannelSettings):
    """Which channels the group consists of."""

    channels: Annotated[
        list[Annotated[str, Field(max_length=36), AfterValidator(_uuid)]],
        Field(min_length=1, max_length=MOST_MEMBERS, description="The ids of its channels."),
        AfterValidator(_each_once),
    ]


def from_value(value: str, more: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a group of these channels: ids, separated by commas."""
    return {"channels": [one.strip() for one in value.split(",")], **more} if value else more


def member_uuids(settings: Settings) -> Sequence[str]:
    """Return the uuids of the group's channels."""
    return settings.channels


async def send(_settings: Settings, _message: AlertMessage, _gateway: Gateway) -> None:
    """Tell that nobody is left: as long as one is, the message goes to the members instead."""
    raise DeliveryError("None of the group's channels can be told: they are deleted or disabled")
