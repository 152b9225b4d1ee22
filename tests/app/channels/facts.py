"""A message and a gateway with plausible facts, to be changed where a test cares."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.channels.gateway import Gateway
from app.channels.message import AlertEvent, AlertMessage, LastPing
from app.rules.states import FlipReason, PingKind

CHANGED_AT = datetime(2026, 3, 1, 12, 0, 30, 987_654, tzinfo=UTC)
UUID = "5a4e6b8c-1f2d-4c3b-9a8e-7d6c5b4a3f2e"


def a_ping(**changes):
    ping = LastPing(
        number=41,
        at=datetime(2026, 3, 1, 10, 59, 30, tzinfo=UTC),
        kind=PingKind.FAIL,
        scheme="https",
        method="POST",
        remote_address="192.0.2.7",
        user_agent="curl/8",
        exit_status=3,
        body=b"disk is full",
    )
    return replace(ping, **changes)


def a_message(event=AlertEvent.DOWN, **changes):
    up = event is AlertEvent.UP
    message = AlertMessage(
        event=event,
        check_uuid=UUID,
        name="Nightly backup",
        slug="nightly-backup",
        tags=("prod", "db"),
        description="Dumps the orders.",
        project="Shop",
        changed_at=CHANGED_AT,
        reason=FlipReason.TIMEOUT if event is AlertEvent.DOWN else FlipReason.NONE,
        downtime=timedelta(hours=1, minutes=30, seconds=5) if up else None,
        period=3600,
        schedule=None,
        timezone="UTC",
        grace=600,
        ping_count=41,
        last_ping=a_ping(),
        others_down=(),
        url="https://monitor.example.org/cloaked/0123abcd/",
        check_json='{"name": "Nightly backup", "n_pings": 41}',
    )
    return replace(message, **changes)


def a_gateway(**changes):
    gateway = Gateway(
        mail_server=None,
        mail_from="Heliograph <heliograph@monitor.example.org>",
        site_root="https://monitor.example.org",
        allow_private=True,
        clock=lambda: datetime(2026, 3, 1, 12, 1, tzinfo=UTC),
    )
    return replace(gateway, **changes)
