"""The settings of a channel, as its kind wants them."""

from pydantic import BaseModel, ValidationError

from app.channels.registry import channel_kind
from app.errors import InvalidInput


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
