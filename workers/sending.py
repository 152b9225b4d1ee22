"""Sending one notification: claimed at home, sent on the loop of the actors, recorded at home."""

from dataclasses import replace
from time import monotonic

from app.pipeline import delivery
from workers.attempts import failure_of, guarded
from workers.home import Home


async def send_notification(home: Home, uuid: str, attempt: int) -> None:
    """Make the next attempt of a notification of which `attempt` were made. Never raises: the lease makes good."""
    await guarded(_attempt(home, uuid, attempt), f"notification {uuid}")


async def _attempt(home: Home, uuid: str, attempt: int) -> None:
    claimed = await home.at_home(delivery.claim(home.site, uuid, attempt, home.renderers))
    if claimed is None:
        return
    gateway = replace(
        home.gateway,
        unsubscribe_url=claimed.unsubscribe_url,
        status_url=claimed.status_url,
        return_address=claimed.return_address,
        message_uuid=claimed.claim.uuid,
    )
    began = monotonic()
    sending = claimed.kind.send(claimed.settings, claimed.message, gateway)
    failure = await failure_of(sending, f"notification {uuid}")
    took_ms = round((monotonic() - began) * 1000)
    if failure is None:
        await home.at_home(delivery.record_success(home.site, claimed.claim, took_ms=took_ms))
        return
    await home.at_home(
        delivery.record_failure(home.site, claimed.claim, failure.reason, permanent=failure.permanent, took_ms=took_ms)
    )
