"""What every attempt to send something has in common: a deadline, and errors that are recorded, never raised."""

import asyncio
import logging
import traceback
from collections.abc import Awaitable
from dataclasses import dataclass

from app.channels.message import DeliveryError

SEND_SECONDS = 120.0
"""Longer than three tries of 30 seconds each; with the ways home and back still shorter than the lease."""

_BROKEN = "Internal error"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something did not arrive."""

    reason: str
    permanent: bool


async def guarded(work: Awaitable[None], what: str) -> None:
    """Do all that an actor does about `what`, a row that is owed. Never raises: the lease makes good."""
    try:
        await work
    except asyncio.CancelledError:
        _log.warning("Stopped while sending %s; it is sent again later", what)
    except Exception:  # noqa: BLE001 - without a database nothing can be recorded; an actor has nobody to raise to
        _log.exception("Sending %s could not be handled; it is tried again later", what)


async def failure_of(sending: Awaitable[None], what: str) -> Failure | None:
    """Send `what` within two minutes; return why that failed, or None when it arrived."""
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await sending
    except DeliveryError as error:
        return Failure(str(error), error.permanent)
    except TimeoutError:
        return Failure("Sending timed out", permanent=False)
    except Exception as error:  # noqa: BLE001 - a bug in one kind of channel is a failed attempt, not a lost message
        # Not the error's own words: they may hold the settings.
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("%s while sending %s:\n%s", type(error).__name__, what, where)
        return Failure(_BROKEN, permanent=False)
    return None
