"""Monitors with their templates, runs, alerts, outages and roll-ups; locations, variables, grants."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from app.ids import new_uuid
from app.models.columns import BigId, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_PLACES = (
    ("us-east", "Washington DC", "United States", "Virginia"),
    ("us-west", "Oregon", "United States", "Oregon"),
    ("eu-west", "Ireland", "Ireland", "Leinster"),
)
_PHASES = ("resolve", "connect", "tls", "processing", "transfer", "closing")


def upgrade() -> None:
    # Those that exist are told of monitors that an API makes which cannot say who is: nobody else would be.
    op.add_column("contacts", sa.Column("auto_linked", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("contacts", sa.Column("updated_at", UtcDateTime(), nullable=True))
    op.add_column("watchable_tags", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    _add_locations()
    _add_monitors()
    _add_templates()
    _add_runs()
    _add_outages()
    _add_rollups()
    _add_variables_and_grants()


def _key(name: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [target], ondelete=ondelete)


def _id() -> tuple[SchemaItem, ...]:
    return (
        sa.Column("id", BigId, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uuid"),
    )


def _phases() -> list[SchemaItem]:
    return [
        *(sa.Column(f"{phase}_ms", sa.Float(), nullable=True) for phase in _PHASES),
        sa.Column("total_ms", sa.Float(), nullable=False),
        sa.Column("download_bytes", BigId, nullable=False),
    ]


def _add_locations() -> None:
    locations = op.create_table(
        "locations",
        *_id(),
        sa.Column("project_id", BigId, nullable=True),
        sa.Column("code", sa.String(length=50), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("country", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=100), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _key("project_id", "projects.id", "CASCADE"),
        sa.UniqueConstraint("code"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_locations_project_id", "locations", ["project_id"])
    now = datetime.now(UTC)
    op.bulk_insert(
        locations,
        [
            {"uuid": new_uuid(), "code": code, "name": name, "country": country, "region": region, "created_at": now}
            for code, name, country, region in _PLACES
        ],
    )


def _add_monitors() -> None:
    op.create_table(
        "monitors",
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("badge_uuid", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("timeout", sa.Integer(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("locations_down", sa.Integer(), nullable=False),
        sa.Column("runs_down", sa.Integer(), nullable=False),
        sa.Column("runs_up", sa.Integer(), nullable=False),
        sa.Column("degraded_above_ms", sa.Float(), nullable=True),
        sa.Column("auto_linked", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("last_run_at", UtcDateTime(), nullable=True),
        sa.Column("last_outcome", sa.String(length=20), nullable=True),
        _key("watchable_id", "watchables.id", "CASCADE"),
        sa.PrimaryKeyConstraint("watchable_id"),
        sa.UniqueConstraint("badge_uuid"),
    )
    op.create_table(
        "monitor_locations",
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("location_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("look_at", UtcDateTime(), nullable=True),
        sa.Column("lease", sa.Integer(), nullable=False),
        sa.Column("failures_in_row", sa.Integer(), nullable=False),
        sa.Column("passes_in_row", sa.Integer(), nullable=False),
        sa.Column("unmeasured_in_row", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Boolean(), nullable=False),
        sa.Column("last_run_at", UtcDateTime(), nullable=True),
        sa.Column("last_outcome", sa.String(length=20), nullable=True),
        _key("watchable_id", "watchables.id", "CASCADE"),
        _key("location_id", "locations.id", "CASCADE"),
        sa.PrimaryKeyConstraint("watchable_id", "location_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_monitor_locations_look_at", "monitor_locations", ["look_at"])
    op.create_index("ix_monitor_locations_location_id", "monitor_locations", ["location_id"])


def _add_templates() -> None:
    op.create_table(
        "templates",
        *_id(),
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("url_parameters", sa.String(), nullable=False),
        sa.Column("headers_encrypted", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("follow_redirects", sa.Boolean(), nullable=False),
        sa.Column("timeout", sa.Integer(), nullable=True),
        sa.Column("pre_process_script", sa.String(), nullable=True),
        sa.Column("post_script", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        _key("watchable_id", "watchables.id", "CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_templates_watchable", "templates", ["watchable_id", "position"])
    op.create_table(
        "validations",
        *_id(),
        sa.Column("template_id", BigId, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("operator", sa.String(length=20), nullable=False),
        sa.Column("expression", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        _key("template_id", "templates.id", "CASCADE"),
    )
    op.create_index("ix_validations_template", "validations", ["template_id", "position"])


def _add_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("location_id", BigId, nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        *_phases(),
        sa.Column("failure_phase", sa.String(length=20), nullable=True),
        sa.Column("failure_code", sa.String(length=40), nullable=False),
        sa.Column("failure_message", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _key("watchable_id", "watchables.id", "CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_runs_watchable", "runs", ["watchable_id", "id"])
    op.create_index("ix_runs_watchable_created_at", "runs", ["watchable_id", "created_at"])
    op.create_index("ix_runs_created_at", "runs", ["created_at"])
    op.create_table(
        "calls",
        sa.Column("id", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.Column("run_id", BigId, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("template_id", BigId, nullable=True),
        sa.Column("template_name", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        *_phases(),
        sa.Column("request_encrypted", sa.String(), nullable=True),
        sa.Column("response", sa.String(), nullable=True),
        sa.Column("validation_failures", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _key("run_id", "runs.id", "CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calls_run", "calls", ["run_id", "step"])
    passed_answer = sa.text("request_encrypted IS NOT NULL AND outcome IN ('PASS', 'SLOW')")
    op.create_index(
        "ix_calls_passed_answer",
        "calls",
        ["created_at"],
        sqlite_where=passed_answer,
        postgresql_where=passed_answer,
    )


def _add_outages() -> None:
    op.create_table(
        "outages",
        *_id(),
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("locations_down", sa.Integer(), nullable=False),
        sa.Column("cause_summary", sa.String(), nullable=False),
        sa.Column("cause_phase", sa.String(length=20), nullable=True),
        sa.Column("cause_code", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("computed_at", UtcDateTime(), nullable=True),
        sa.Column("bad_run_id", BigId, nullable=True),
        sa.Column("good_run_id", BigId, nullable=True),
        sa.Column("ignored", sa.Boolean(), nullable=False),
        _key("watchable_id", "watchables.id", "CASCADE"),
        _key("bad_run_id", "runs.id", "SET NULL"),
        _key("good_run_id", "runs.id", "SET NULL"),
    )
    op.create_index("ix_outages_watchable", "outages", ["watchable_id", "id"])
    op.create_index("ix_outages_bad_run_id", "outages", ["bad_run_id"])
    op.create_index("ix_outages_good_run_id", "outages", ["good_run_id"])
    is_open = sa.text("resolved_at IS NULL")
    op.create_index(
        "ix_outages_open", "outages", ["watchable_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "alerts",
        *_id(),
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("location_id", BigId, nullable=True),
        sa.Column("outage_id", BigId, nullable=True),
        sa.Column("run_id", BigId, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("output", sa.String(), nullable=False),
        sa.Column("ignored", sa.Boolean(), nullable=False),
        _key("watchable_id", "watchables.id", "CASCADE"),
        _key("location_id", "locations.id", "SET NULL"),
        _key("outage_id", "outages.id", "SET NULL"),
        _key("run_id", "runs.id", "SET NULL"),
    )
    op.create_index("ix_alerts_watchable", "alerts", ["watchable_id", "id"])
    op.create_index(
        "ix_alerts_open",
        "alerts",
        ["watchable_id", "location_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    for column in ("location_id", "outage_id", "run_id"):
        op.create_index(f"ix_alerts_{column}", "alerts", [column])


def _add_rollups() -> None:
    op.create_table(
        "rollups",
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("resolution", sa.Integer(), nullable=False),
        sa.Column("bucket_at", UtcDateTime(), nullable=False),
        sa.Column("location_id", BigId, nullable=False),
        *(sa.Column(count, sa.Integer(), nullable=False) for count in ("runs", "slow", "failures")),
        *(sa.Column(f"{part}_sum", sa.Float(), nullable=False) for part in (*_PHASES, "total")),
        sa.Column("total_min", sa.Float(), nullable=False),
        sa.Column("total_max", sa.Float(), nullable=False),
        _key("watchable_id", "watchables.id", "CASCADE"),
        sa.PrimaryKeyConstraint("watchable_id", "resolution", "bucket_at", "location_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_rollups_age", "rollups", ["resolution", "bucket_at"])


def _add_variables_and_grants() -> None:
    op.create_table(
        "variables",
        *_id(),
        sa.Column("project_id", BigId, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("value_encrypted", sa.String(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        _key("project_id", "projects.id", "CASCADE"),
        sa.UniqueConstraint("project_id", "name"),
    )
    op.create_table(
        "watchable_grants",
        sa.Column("user_id", BigId, nullable=False),
        sa.Column("watchable_id", BigId, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        _key("user_id", "users.id", "CASCADE"),
        _key("watchable_id", "watchables.id", "CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "watchable_id"),
    )
    op.create_index("ix_watchable_grants_watchable_id", "watchable_grants", ["watchable_id"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    op.drop_column("watchable_tags", "position")
    op.drop_column("contacts", "updated_at")
    op.drop_column("contacts", "auto_linked")


_TABLES = (
    "watchable_grants",
    "variables",
    "rollups",
    "alerts",
    "outages",
    "calls",
    "runs",
    "validations",
    "templates",
    "monitor_locations",
    "monitors",
    "locations",
)
