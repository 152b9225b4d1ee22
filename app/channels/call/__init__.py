"""A phone call by Twilio, which reads the alert aloud: only of what went down."""

from xml.sax.saxutils import escape

from pydantic import Field

from app.channels.chat_text import title
from app.channels.kind import tells_down_alone
from app.channels.message import AlertMessage
from app.channels.twilio import PhoneNumber, TwilioSettings, twilio_kind, why
from app.channels.wording import one_line

# Twilio takes 4000 characters of TwiML and 4500 of spoken text as it stands in a URL, where one character may take 12.
SPOKEN_CHARACTERS = 350

_NOT_IN_XML = {0xFFFE: " ", 0xFFFF: " "}


class Settings(TwilioSettings):
    """From where to call which phone."""

    sender: PhoneNumber = Field(description="The Twilio number, or verified caller id, to call from.")


def _form(settings: Settings, message: AlertMessage) -> dict[str, str]:
    text = f"This is Heliograph. {title(message)} {why(message)}"
    spoken = one_line(text, SPOKEN_CHARACTERS).translate(_NOT_IN_XML)
    twiml = f"<Response><Say>{escape(spoken)}</Say></Response>"
    return {"To": settings.to, "From": settings.sender, "Twiml": twiml}


KIND = twilio_kind(
    "A phone call by Twilio when something goes down.", Settings, "Calls", _form, is_noop=tells_down_alone
)
