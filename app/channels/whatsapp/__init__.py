"""WhatsApp by Twilio: plain text, or a content template, which alone may open a conversation.

WhatsApp takes plain text only within 24 hours after the receiver wrote (Twilio's error 63016). A template is given by
its SID and filled with `{{1}}` what happened, `{{2}}` why, `{{3}}` the link; no variable may be empty or break a line
(error 21656).
"""

import json

from pydantic import Field

from app.channels.chat_text import chat_text, title
from app.channels.kind import DownAndUpSettings
from app.channels.message import AlertMessage
from app.channels.twilio import PhoneNumber, TwilioSettings, twilio_kind, why
from app.channels.wording import one_line

BODY_BYTES = 1600
VARIABLE_CHARACTERS = 250


class Settings(TwilioSettings, DownAndUpSettings):
    """From where to write to which phone, how, and of what."""

    sender: PhoneNumber = Field(description="The WhatsApp-enabled Twilio number to send from.")
    content_sid: str = Field(
        default="",
        pattern="^(HX[0-9a-fA-F]{32})?$",
        max_length=34,
        description="The SID of an approved content template with three variables; empty for plain text.",
    )


def _form(settings: Settings, message: AlertMessage) -> dict[str, str]:
    ends = {"To": f"whatsapp:{settings.to}", "From": f"whatsapp:{settings.sender}"}
    if not settings.content_sid:
        return ends | {"Body": chat_text(message, BODY_BYTES)}
    said = (title(message), why(message), message.url)
    variables = {str(number): one_line(text, VARIABLE_CHARACTERS) or "-" for number, text in enumerate(said, start=1)}
    return ends | {"ContentSid": settings.content_sid, "ContentVariables": json.dumps(variables)}


KIND = twilio_kind("A WhatsApp message by Twilio.", Settings, "Messages", _form)
