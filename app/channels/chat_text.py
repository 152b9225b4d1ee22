"""What chats and pushes say: a title, rows of facts, a text; each bounded, whatever the facts hold.

specs/healthchecks.md section 11 lists what a message names.
"""

from dataclasses import replace
from unicodedata import category

from app.channels.message import AlertMessage
from app.channels.wording import body_start, facts, headline, one_line

BODY_CHARACTERS = 1000

_NAME_CHARACTERS = 100
_VALUE_CHARACTERS = 500
_OTHERS_SHOWN = 5
_KEPT_CONTROLS = "\n\t"


def title(message: AlertMessage) -> str:
    """Return `“<name>” is DOWN.` on one line of at most 150 characters."""
    return f"{headline(replace(message, name=one_line(message.title, _NAME_CHARACTERS)))}."


def rows(message: AlertMessage, limit: int = _VALUE_CHARACTERS) -> list[tuple[str, str]]:
    """List facts, and what else is down, as labels and values, each value one line of at most `limit`."""
    known = [*facts(message), ("Also down", _others_down(message))]
    lines = [(label, one_line(value, limit)) for label, value in known]
    return [(label, value) for label, value in lines if value]


def open_text(message: AlertMessage) -> str:
    """Name what the link of the message leads to, as a button does."""
    return f"Open the {message.subject.noun}"


def last_body(message: AlertMessage) -> str:
    """Return the start of the last ping's body without control characters, which some receivers cannot store."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if category(each) == "Cc" and each not in _KEPT_CONTROLS else each
        for each in body_start(message, BODY_CHARACTERS).replace("\r\n", "\n").strip()
    )


def rows_and_body(message: AlertMessage) -> list[tuple[str, str]]:
    """List the rows and, where there is one, the start of the last ping's body, which may have many lines."""
    body = last_body(message)
    return [*rows(message), *([("Last ping body", body)] if body else [])]


def details(message: AlertMessage, limit: int) -> str:
    """Write rows and last body as lines, cut to `limit` bytes of UTF-8."""
    return _cut("\n".join(f"{label}: {value}" for label, value in rows_and_body(message)), limit)


def chat_text(message: AlertMessage, limit: int) -> str:
    """Write title, details and link within `limit` bytes of UTF-8 (500 or more); only the details are ever cut."""
    head, link = title(message), message.url
    room = limit - len(f"{head}\n\n{link}".encode(errors="replace"))
    return f"{head}\n{details(message, room)}\n{link}"


def _others_down(message: AlertMessage) -> str:
    names = [one_line(name, _NAME_CHARACTERS) for name in message.others_down[:_OTHERS_SHOWN]]
    hidden = len(message.others_down) - len(names)
    return ", ".join(names) + (f" and {hidden} more" if hidden else "")


def _cut(text: str, limit: int) -> str:
    """Return as much of the text as fits into `limit` bytes of UTF-8, no character cut in half."""
    return text.encode(errors="replace")[: max(limit, 0)].decode(errors="ignore")
