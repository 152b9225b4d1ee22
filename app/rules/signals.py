"""What a received request or mail says: its kind after the check's filters (specs/healthchecks.md sections 8, 13)."""

from typing import NamedTuple, Protocol

from app.rules.states import PingKind


class SignalFilters(Protocol):
    """The settings of a check that decide what a signal counts as; keywords are comma-separated.

    `methods` and `filter_http_body` are about requests, `filter_subject` and `filter_body` about mails.
    """

    methods: str
    start_keywords: str
    success_keywords: str
    failure_keywords: str
    filter_subject: bool
    filter_body: bool
    filter_http_body: bool
    filter_default_fail: bool


class MailText(NamedTuple):
    """What filters look at in a mail: its subject, and the text of its plain and its HTML part."""

    subject: str
    body: str


def http_kind(filters: SignalFilters, asked: PingKind, exit_status: int | None, method: str, body: bytes) -> PingKind:
    """Return the kind of an HTTP ping: an exit status above 0 fails, then methods, then the body's keywords decide."""
    kind = PingKind.FAIL if exit_status else asked
    if filters.methods == "POST" and method != "POST":
        return PingKind.IGNORED
    if not filters.filter_http_body:
        return kind
    return _keyword_kind(filters, body.decode(errors="replace"))


def mail_kind(filters: SignalFilters, mail: MailText) -> PingKind:
    """Return the kind of an e-mail ping: a success, unless keywords are looked for in it."""
    looked_at = ((filters.filter_subject, mail.subject), (filters.filter_body, mail.body))
    texts = [text for wanted, text in looked_at if wanted]
    return _keyword_kind(filters, "\n".join(texts)) if texts else PingKind.SUCCESS


def _keyword_kind(filters: SignalFilters, text: str) -> PingKind:
    if _holds(text, filters.failure_keywords):
        return PingKind.FAIL
    if _holds(text, filters.success_keywords):
        return PingKind.SUCCESS
    if _holds(text, filters.start_keywords):
        return PingKind.START
    return PingKind.FAIL if filters.filter_default_fail else PingKind.IGNORED


def _holds(text: str, keywords: str) -> bool:
    return any(word in text for part in keywords.split(",") if (word := part.strip()))
