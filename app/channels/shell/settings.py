"""The settings of a shell channel: one command for down, one for up, either may be missing (section 12)."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from app.channels.kind import ChannelSettings
from app.channels.message import AlertEvent
from app.channels.two_sides import chosen_side


def _runnable(command: str) -> str:
    if "\0" in command:
        raise ValueError("A command may not hold a zero character")
    return command.strip()


Command = Annotated[str, Field(max_length=1000, repr=False), AfterValidator(_runnable)]


class Settings(ChannelSettings):
    """What to run when something goes down, and when it comes up again; at least one of them."""

    down: Command = Field(default="", description="What to run when something goes down; it may hold placeholders.")
    up: Command = Field(default="", description="What to run when something comes up again.")

    @model_validator(mode="after")
    def _runs_something(self) -> Self:
        if not (self.down or self.up):
            raise ValueError("A shell channel needs a command for down, for up or for both")
        return self


def from_value(value: str, more: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a channel that runs `value` when something goes down."""
    return {"down": value, **more} if value else more


def chosen_command(settings: Settings, event: AlertEvent) -> tuple[str, str] | None:
    """Return the command for this event and its `$STATUS`, or nothing if the event has no command."""
    return chosen_side(settings.down or None, settings.up or None, event)


def is_noop(settings: Settings, event: AlertEvent) -> bool:
    """Tell whether there is no command for this event."""
    return chosen_command(settings, event) is None
