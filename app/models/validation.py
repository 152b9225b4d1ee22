"""Validation: a condition on the response of a template."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.ids import new_uuid
from app.models.columns import BigId, Word
from app.rules.validations import ValidationOperator, ValidationSource


class Validation(SQLModel, table=True):
    """A condition, in the order of `position` (from 1); app/rules/validations.py says what its fields mean."""

    __tablename__ = "validations"
    __table_args__ = (Index("ix_validations_template", "template_id", "position"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    uuid: str = Field(default_factory=new_uuid, unique=True, max_length=36)
    template_id: int = Field(foreign_key="templates.id", ondelete="CASCADE", sa_type=BigId)
    position: int
    source: ValidationSource = Field(sa_type=Word(ValidationSource))
    operator: ValidationOperator = Field(sa_type=Word(ValidationOperator))
    expression: str = ""
    expected: str = ""
