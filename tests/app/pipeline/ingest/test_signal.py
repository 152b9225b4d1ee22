"""From where a ping key is good."""

from datetime import UTC, datetime

import pytest

from app.pipeline.ingest.signal import KeyTerms, Signal
from app.rules.states import PingKind

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("recorded", "nearest", "admitted"),
    [
        ("198.51.100.9", "192.0.2.9", True),
        ("192.0.2.9", "198.51.100.9", False),
        ("192.0.2.9", None, False),
    ],
)
def test_a_key_is_held_to_the_address_that_no_sender_can_forge(
    recorded: str, nearest: str | None, *, admitted: bool
) -> None:
    signal = Signal(NOW, PingKind.SUCCESS, "GET", remote_address=recorded, nearest_address=nearest)

    assert KeyTerms(allow_ip="192.0.2.0/24", expires_at=None).admit(signal) is admitted
