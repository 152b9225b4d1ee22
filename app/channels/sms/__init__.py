"""SMS by Twilio: subject, reason and link, for each 70 to 160 characters cost one message more."""

from pydantic import Field

from app.channels.kind import DownAndUpSettings
from app.channels.message import AlertMessage
from app.channels.twilio import TwilioSettings, twilio_kind, why
from app.channels.wording import subject


class Settings(TwilioSettings, DownAndUpSettings):
    """From where to write to which phone, and of what."""

    sender: str = Field(
        pattern=r"^(\+[1-9][0-9]{6,14}|[0-9A-Za-z ]{1,11})$",
        max_length=16,
        description="The Twilio number, short code or alphanumeric sender id to send from.",
    )


def _form(settings: Settings, message: AlertMessage) -> dict[str, str]:
    lines = filter(None, (subject(message), why(message), message.url))
    return {"To": settings.to, "From": settings.sender, "Body": "\n".join(lines)}


KIND = twilio_kind("An SMS by Twilio.", Settings, "Messages", _form)
