"""Call: one template's request within a run."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app.models.columns import BigId, UtcDateTime, Word
from app.rules.outcomes import Outcome

HAS_PASSED_ANSWER = text("request_encrypted IS NOT NULL AND outcome IN ('PASS', 'SLOW')")
"""Tells whether a call passed, and what it sent and got is still kept; these words find the index of such calls."""


class Call(SQLModel, table=True):
    """A call, in the order of `step` (from 1), named by its number; its template may be gone.

    Milliseconds are None for a part that did not happen. `request_encrypted` is JSON of the fields of `StepRequest`, as
    it was sent, encrypted; `response` is JSON of the fields of `RecordedResponse`; both are None when there was none or
    it is no longer kept. `validation_failures` is a JSON array of the fields of `ValidationFailure`.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_run", "run_id", "step"),
        Index(
            "ix_calls_passed_answer",
            "created_at",
            sqlite_where=HAS_PASSED_ANSWER,
            postgresql_where=HAS_PASSED_ANSWER,
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    run_id: int = Field(foreign_key="runs.id", ondelete="CASCADE", sa_type=BigId)
    step: int
    template_id: int | None = Field(default=None, sa_type=BigId)
    template_name: str | None = None
    outcome: Outcome = Field(sa_type=Word(Outcome))
    status_code: int | None = None
    resolve_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    processing_ms: float | None = None
    transfer_ms: float | None = None
    closing_ms: float | None = None
    total_ms: float = 0.0
    download_bytes: int = Field(default=0, sa_type=BigId)
    request_encrypted: str | None = None
    response: str | None = None
    validation_failures: str = "[]"
    created_at: datetime = Field(sa_type=UtcDateTime)
