"""Ping ingest: concurrent pings are committed together, and answered once they are on disk (DESIGN section 3)."""

from app.pipeline.ingest.group_commit import Ingest
from app.pipeline.ingest.signal import Receipt, Signal

__all__ = ["Ingest", "Receipt", "Signal"]
