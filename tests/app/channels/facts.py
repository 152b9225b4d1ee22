"""Messages and a gateway with plausible facts, to be changed where a test cares."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from app.channels.gateway import Gateway
from app.channels.message import (
    AlertEvent,
    AlertMessage,
    CheckFacts,
    FailedCall,
    LastPing,
    MonitorFacts,
    RunGlance,
    WireObjects,
)
from app.probes.result import PhaseTimes
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
    """Return a message about a check; changes may be of the message or of what it says of the check."""
    subject = CheckFacts(
        description="Dumps the orders.",
        reason=FlipReason.TIMEOUT if event is AlertEvent.DOWN else FlipReason.NONE,
        period=3600,
        schedule=None,
        timezone="UTC",
        grace=600,
        ping_count=41,
        last_ping=a_ping(),
    )
    message = AlertMessage(
        event=event,
        uuid=UUID,
        name="Nightly backup",
        slug="nightly-backup",
        tags=("prod", "db"),
        project="Shop",
        changed_at=CHANGED_AT,
        downtime=timedelta(hours=1, minutes=30, seconds=5) if event is AlertEvent.UP else None,
        others_down=(),
        url="https://monitor.example.org/cloaked/0123abcd/",
        json='{"name": "Nightly backup", "n_pings": 41}',
        subject=subject,
    )
    return _changed(message, changes)


def a_failed_call(**changes):
    call = FailedCall(
        step=2,
        name="Log in",
        method="POST",
        url="https://shop.example.org/login",
        status=500,
        failures=("Expected the status to equal 200, got 500", "Expected the body to contain Hi, got an empty text"),
    )
    return replace(call, **changes)


def a_run(**changes):
    run = RunGlance(
        at=CHANGED_AT - timedelta(seconds=1),
        location="Ireland",
        statuses=(200, 500, 200),
        phases=PhaseTimes(resolve_ms=4.25, connect_ms=20.5, tls_ms=31.0, processing_ms=700.4, transfer_ms=2.0),
        total_ms=758.15,
    )
    return replace(run, **changes)


def a_monitor_message(event=AlertEvent.DOWN, **changes):
    """Return a message about a monitor, likewise: one of three steps, of which the second fails."""
    up = event is AlertEvent.UP
    good = a_run(at=CHANGED_AT - timedelta(minutes=1), statuses=(200, 200, 200), total_ms=312.4, phases=PhaseTimes())
    subject = MonitorFacts(
        address="",
        steps=3,
        cause="Step 2, Log in, answered with status 500",
        locations=() if up else ("Ireland", "Oregon"),
        failed_call=None if up else a_failed_call(),
        run=good if up else a_run(),
        good_run=None if up else good,
    )
    objects = WireObjects(monitor='{"id": 7, "name": "Web shop"}', run='{"id": 9, "status": "failure"}')
    message = replace(
        a_message(event),
        name="Web shop",
        slug="web-shop",
        url="https://monitor.example.org/graphql?monitor=0123",
        json='{"id": 7, "name": "Web shop"}',
        subject=subject,
        objects=objects,
    )
    return _changed(message, changes)


def _changed(message, changes):
    own = {field.name for field in fields(message)}
    subject = replace(message.subject, **{name: value for name, value in changes.items() if name not in own})
    return replace(message, **{"subject": subject, **{name: changes[name] for name in own & changes.keys()}})


def a_gateway(**changes):
    gateway = Gateway(
        mail_server=None,
        mail_from="Heliograph <heliograph@monitor.example.org>",
        site_root="https://monitor.example.org",
        allow_private=True,
        clock=lambda: datetime(2026, 3, 1, 12, 1, tzinfo=UTC),
    )
    return replace(gateway, **changes)
