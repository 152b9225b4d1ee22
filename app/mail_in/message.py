"""The texts of a mail that the filters of a check look at (specs/healthchecks.md section 13)."""

from app.mail_in.html_text import text_of
from app.mail_in.mime import Part, leaves, read_part, subject
from app.rules.signals import MailText

TEXT_CHARACTERS = 100_000
"""Of the plain part and of the HTML part, each, so much text is looked at."""


def read_mail(raw: bytes) -> MailText:
    """Return the subject and the text of a mail: its first plain part, then its first HTML part."""
    parts = [part for part in leaves(raw) if not part.is_attachment]
    plain = _first(parts, "text/plain")
    html = _first(parts, "text/html")
    texts = (plain.text() if plain else "", text_of(html.text()) if html else "")
    return MailText(read_subject(raw), "\n".join(text[:TEXT_CHARACTERS] for text in texts if text))


def read_subject(raw: bytes) -> str:
    """Return the subject of a mail, decoded; empty when it has none."""
    return subject(read_part(raw))


def _first(parts: list[Part], kind: str) -> Part | None:
    return next((part for part in parts if part.kind == kind), None)
