"""What separate processes need: a database and a broker that they can share (DESIGN section 4)."""

from sqlalchemy import make_url

from app.settings import Settings


def separate_process_refusal(settings: Settings) -> str | None:
    """Say what must be set before `web`, `worker` or `scheduler` can run as a process of its own; None if nothing."""
    wanted = []
    if make_url(settings.resolved_database_url).get_backend_name() == "sqlite":
        wanted.append("HELIOGRAPH_DATABASE_URL to postgresql://… (SQLite takes the writes of one process only)")
    if settings.broker_url.startswith("memory:"):
        wanted.append("HELIOGRAPH_BROKER_URL to redis://… or amqp://… (memory:// stays within one process)")
    if not wanted:
        return None
    return f"To run this process on its own, set {' and '.join(wanted)}; or run everything in one: heliograph serve."
