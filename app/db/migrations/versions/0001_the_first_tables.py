"""The first tables: projects, people, keys, checks, pings, contacts, notifications."""

import sqlalchemy as sa
from alembic import op

from app.models.columns import BigId, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "projects",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("timezone", sa.String(length=36), nullable=False),
        sa.Column("check_limit", sa.Integer(), nullable=False),
        sa.Column("ping_limit", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_projects_slug"), ["slug"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("timezone", sa.String(length=36), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("project_id", BigId, nullable=False),
        sa.Column("user_id", BigId, nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("prefix", sa.String(length=8), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("secret_encrypted", sa.String(), nullable=True),
        sa.Column("allow_ip", sa.String(length=200), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("last_used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("secret_hash"),
        sa.UniqueConstraint("uuid"),
    )
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_keys_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_api_keys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "contacts",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("project_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contacts_project_id"), ["project_id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("project_id", BigId, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "project_id"),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_project_id"), ["project_id"], unique=False)

    op.create_table(
        "tags",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("project_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("color", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("project_id", "name"),
        sa.UniqueConstraint("uuid"),
    )
    op.create_table(
        "watchables",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("project_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("tags", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_since", UtcDateTime(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("watchables", schema=None) as batch_op:
        batch_op.create_index("ix_watchables_project_slug", ["project_id", "slug"], unique=False)

    op.create_table(
        "channels",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("project_id", BigId, nullable=False),
        sa.Column("contact_id", BigId, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("settings_encrypted", sa.String(), nullable=False),
        sa.Column("tells_down", sa.Boolean(), nullable=False),
        sa.Column("tells_up", sa.Boolean(), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.Column("last_delivered_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )
    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channels_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_channels_project_id"), ["project_id"], unique=False)

    op.create_table(
        "checks",
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("unique_key", sa.String(length=40), nullable=False),
        sa.Column("badge_uuid", sa.String(length=36), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("schedule_kind", sa.String(length=20), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.String(length=100), nullable=False),
        sa.Column("timezone", sa.String(length=36), nullable=False),
        sa.Column("manual_resume", sa.Boolean(), nullable=False),
        sa.Column("methods", sa.String(length=30), nullable=False),
        sa.Column("start_keywords", sa.String(length=200), nullable=False),
        sa.Column("success_keywords", sa.String(length=200), nullable=False),
        sa.Column("failure_keywords", sa.String(length=200), nullable=False),
        sa.Column("filter_subject", sa.Boolean(), nullable=False),
        sa.Column("filter_body", sa.Boolean(), nullable=False),
        sa.Column("filter_http_body", sa.Boolean(), nullable=False),
        sa.Column("filter_default_fail", sa.Boolean(), nullable=False),
        sa.Column("ping_count", sa.Integer(), nullable=False),
        sa.Column("last_ping_at", UtcDateTime(), nullable=True),
        sa.Column("last_start_at", UtcDateTime(), nullable=True),
        sa.Column("last_start_run_key", sa.String(length=36), nullable=True),
        sa.Column("last_run_us", BigId, nullable=True),
        sa.Column("next_expected_at", UtcDateTime(), nullable=True),
        sa.Column("alert_after", UtcDateTime(), nullable=True),
        sa.Column("watch_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["watchable_id"], ["watchables.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watchable_id"),
        sa.UniqueConstraint("badge_uuid"),
    )
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checks_watch_at"), ["watch_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_checks_unique_key"), ["unique_key"], unique=False)

    op.create_table(
        "flips",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=False),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["watchable_id"], ["watchables.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )
    with op.batch_alter_table("flips", schema=None) as batch_op:
        batch_op.create_index("ix_flips_watchable_at", ["watchable_id", "at", "id"], unique=False)

    op.create_table(
        "pings",
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("run_key", sa.String(length=36), nullable=True),
        sa.Column("exit_status", sa.Integer(), nullable=True),
        sa.Column("scheme", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("remote_address", sa.String(length=45), nullable=True),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["watchable_id"], ["checks.watchable_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watchable_id", "number"),
    )
    op.create_table(
        "watchable_contacts",
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("contact_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["watchable_id"], ["watchables.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watchable_id", "contact_id"),
    )
    with op.batch_alter_table("watchable_contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watchable_contacts_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "watchable_tags",
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("tag_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["watchable_id"], ["watchables.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watchable_id", "tag_id"),
    )
    with op.batch_alter_table("watchable_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watchable_tags_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "notifications",
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("channel_id", BigId, nullable=False),
        sa.Column("watchable_id", BigId, nullable=True),
        sa.Column("flip_id", BigId, nullable=True),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["flip_id"], ["flips.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["watchable_id"], ["watchables.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.create_index("ix_notifications_channel", ["channel_id", "id"], unique=False)
        batch_op.create_index("ix_notifications_due", ["state", "next_attempt_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notifications_flip_id"), ["flip_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notifications_watchable_id"), ["watchable_id"], unique=False)

    op.create_table(
        "watchable_channels",
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("channel_id", BigId, nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["watchable_id"], ["watchables.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watchable_id", "channel_id"),
    )
    with op.batch_alter_table("watchable_channels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watchable_channels_channel_id"), ["channel_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("watchable_channels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watchable_channels_channel_id"))

    op.drop_table("watchable_channels")
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notifications_watchable_id"))
        batch_op.drop_index(batch_op.f("ix_notifications_flip_id"))
        batch_op.drop_index("ix_notifications_due")
        batch_op.drop_index("ix_notifications_channel")

    op.drop_table("notifications")
    with op.batch_alter_table("watchable_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watchable_tags_tag_id"))

    op.drop_table("watchable_tags")
    with op.batch_alter_table("watchable_contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_watchable_contacts_contact_id"))

    op.drop_table("watchable_contacts")
    op.drop_table("pings")
    with op.batch_alter_table("flips", schema=None) as batch_op:
        batch_op.drop_index("ix_flips_watchable_at")

    op.drop_table("flips")
    with op.batch_alter_table("checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checks_unique_key"))
        batch_op.drop_index(batch_op.f("ix_checks_watch_at"))

    op.drop_table("checks")
    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_channels_project_id"))
        batch_op.drop_index(batch_op.f("ix_channels_contact_id"))

    op.drop_table("channels")
    with op.batch_alter_table("watchables", schema=None) as batch_op:
        batch_op.drop_index("ix_watchables_project_slug")

    op.drop_table("watchables")
    op.drop_table("tags")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_memberships_project_id"))

    op.drop_table("memberships")
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contacts_project_id"))

    op.drop_table("contacts")
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_keys_user_id"))
        batch_op.drop_index(batch_op.f("ix_api_keys_project_id"))

    op.drop_table("api_keys")
    op.drop_table("users")
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_projects_slug"))

    op.drop_table("projects")
