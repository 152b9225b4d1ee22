"""Sending one notification: claimed at home, sent on the loop of the actors, recorded at home."""

import asyncio
import logging
import traceback
from dataclasses import dataclass, replace

from app.channels.message import DeliveryError
from app.pipeline import delivery
from app.pipeline.delivery import Claimed
from workers.home import Home

SEND_SECONDS = 120.0
"""Longer than three tries of 30 seconds each; with the ways home and back still shorter than the lease."""

_BROKEN = "Internal error"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a message did not arrive."""

    reason: str
    permanent: bool


async def send_notification(home: Home, uuid: str, attempt: int) -> None:
    """Make the next attempt of a notification of which `attempt` were made. Never raises: the lease makes good."""
    try:
        await _attempt(home, uuid, attempt)
    except asyncio.CancelledError:
        _log.warning("Stopped while sending notification %s; it is sent again later", uuid)
    except Exception:  # noqa: BLE001 - without a database nothing can be recorded; an actor has nobody to raise to
        _log.exception("Notification %s could not be handled; it is tried again later", uuid)


async def _attempt(home: Home, uuid: str, attempt: int) -> None:
    claimed = await home.at_home(delivery.claim(home.site, uuid, attempt, home.render_check_json))
    if claimed is None:
        return
    failure = await _send(home, claimed)
    if failure is None:
        await home.at_home(delivery.record_success(home.site, claimed.claim))
        return
    record = delivery.record_failure(home.site, claimed.claim, failure.reason, permanent=failure.permanent)
    await home.at_home(record)


async def _send(home: Home, claimed: Claimed) -> _Failure | None:
    gateway = replace(home.gateway, unsubscribe_url=claimed.unsubscribe_url)
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await claimed.kind.send(claimed.settings, claimed.message, gateway)
    except DeliveryError as error:
        return _Failure(str(error), error.permanent)
    except TimeoutError:
        return _Failure("Sending timed out", permanent=False)
    except Exception as error:  # noqa: BLE001 - a bug in one kind of channel is a failed attempt, not a lost message
        # Not the error's own words: they may hold the settings.
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("%s while sending notification %s:\n%s", type(error).__name__, claimed.claim.uuid, where)
        return _Failure(_BROKEN, permanent=False)
    return None
