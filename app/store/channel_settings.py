"""The settings of a channel, as its kind wants them."""

from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from app.channels.gateway import Gateway
from app.channels.registry import channel_kind
from app.db.reader import Reader
from app.errors import InvalidInput
from app.store import channels


def checked_settings(kind: str, settings: dict[str, object]) -> BaseModel:
    """Return the settings of a channel of this kind; InvalidInput names the first that is wrong."""
    try:
        valid: BaseModel = channel_kind(kind).Settings.model_validate(settings)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        # Pydantic names a key of a mapping, and says of our own words that they are an error.
        path = tuple(str(part) for part in first["loc"] if part != "[key]")
        message = ": ".join(filter(None, (".".join(path), first["msg"].removeprefix("Value error, "))))
        raise InvalidInput(message, path=("settings", *path)) from error
    return valid


async def accepted_settings(
    reader: Reader, gateway: Gateway, project_id: int, kind: str, settings: dict[str, object]
) -> BaseModel:
    """Return the settings of a channel of this project; InvalidInput also for what site or project cannot do."""
    implementation = channel_kind(kind)
    valid = checked_settings(kind, settings)
    lacking = implementation.unavailable(gateway)
    if lacking:
        raise InvalidInput(lacking, path=("settings",))
    if implementation.members is not None:
        await _check_members(reader, project_id, implementation.members(valid))
    return valid


async def _check_members(reader: Reader, project_id: int, uuids: Sequence[str]) -> None:
    """Refuse members that are not the project's, or stand for members themselves."""
    found = await channels.by_uuids(reader, project_id, uuids)
    for uuid in uuids:
        if uuid not in found:
            raise InvalidInput(f"There is no channel {uuid} in the project", path=("settings",))
        if channel_kind(found[uuid].kind).members is not None:
            raise InvalidInput(f"The channel {uuid} is a group: it cannot be in another", path=("settings",))
