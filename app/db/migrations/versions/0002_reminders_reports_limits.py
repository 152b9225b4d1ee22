"""Reminders, tolerated failures, badges of projects, letters to users, limits of delivery."""

import sqlalchemy as sa
from alembic import op

from app.models.columns import BigId, UtcDateTime
from app.security.keys import new_badge_key

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widen_watchables()
    _widen_users()
    op.add_column("channels", sa.Column("last_attempt_ms", sa.Integer(), nullable=True))
    op.add_column("notifications", sa.Column("group_id", BigId, nullable=True))
    op.create_index("ix_notifications_group_id", "notifications", ["group_id"])
    _name_badges()
    _add_letters()
    op.create_table(
        "token_buckets",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _widen_watchables() -> None:
    op.add_column("checks", sa.Column("failures_before_down", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("checks", sa.Column("failure_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("watchables", sa.Column("remind_every", sa.Integer(), nullable=True))
    op.add_column("watchables", sa.Column("remind_at", UtcDateTime(), nullable=True))
    op.create_index("ix_watchables_remind_at", "watchables", ["remind_at"])
    _index_some("ix_watchables_down", "watchables", ["project_id", "slug"], "state = 'DOWN'")


def _widen_users() -> None:
    op.add_column("users", sa.Column("report_rhythm", sa.String(length=20), nullable=False, server_default="MONTHLY"))
    op.add_column("users", sa.Column("next_report_at", UtcDateTime(), nullable=True))
    op.add_column("users", sa.Column("nag_rhythm", sa.String(length=20), nullable=False, server_default="OFF"))
    op.add_column("users", sa.Column("next_nag_at", UtcDateTime(), nullable=True))
    _index_some("ix_users_next_report_at", "users", ["next_report_at"], "report_rhythm <> 'OFF'")
    _index_some("ix_users_next_nag_at", "users", ["next_nag_at"], "nag_rhythm <> 'OFF'")


def _index_some(name: str, table: str, columns: list[str], condition: str) -> None:
    """Make an index that holds the rows alone that fulfil the condition."""
    op.create_index(name, table, columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def _name_badges() -> None:
    """Give each project that exists a badge key of its own.

    Never by making the table anew: on SQLite that would delete all that belongs to the projects.
    """
    op.add_column("projects", sa.Column("badge_key", sa.String(length=22), nullable=False, server_default=""))
    projects = sa.table("projects", sa.column("id", BigId), sa.column("badge_key", sa.String))
    connection = op.get_bind()
    for (number,) in connection.execute(sa.select(projects.c.id)).all():
        named = projects.update().where(projects.c.id == number)
        connection.execute(named.values(badge_key=new_badge_key()))
    op.create_index("ix_projects_badge_key", "projects", ["badge_key"], unique=True)


def _add_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_index("ix_letters_due", "letters", ["state", "next_attempt_at"])
    op.create_index("ix_letters_user_id", "letters", ["user_id"])


def downgrade() -> None:
    op.drop_table("token_buckets")
    op.drop_table("letters")
    for index, table in _INDEXES:
        op.drop_index(index, table)
    for table, column in _COLUMNS:
        op.drop_column(table, column)


_INDEXES = (
    ("ix_notifications_group_id", "notifications"),
    ("ix_projects_badge_key", "projects"),
    ("ix_users_next_nag_at", "users"),
    ("ix_users_next_report_at", "users"),
    ("ix_watchables_down", "watchables"),
    ("ix_watchables_remind_at", "watchables"),
)
_COLUMNS = (
    ("projects", "badge_key"),
    ("notifications", "group_id"),
    ("channels", "last_attempt_ms"),
    ("users", "next_nag_at"),
    ("users", "nag_rhythm"),
    ("users", "next_report_at"),
    ("users", "report_rhythm"),
    ("watchables", "remind_at"),
    ("watchables", "remind_every"),
    ("checks", "failure_count"),
    ("checks", "failures_before_down"),
)
