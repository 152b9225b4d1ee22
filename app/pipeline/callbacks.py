"""What a provider reports of a message that it took: SMS, WhatsApp, calls (specs/healthchecks.md section 7.6)."""

from datetime import timedelta

from sqlalchemy import ColumnElement, case, literal, select, update

from app.models import NotificationState
from app.models.tables import channels, notifications
from app.pipeline import groups
from app.pipeline.owed import ERROR_LENGTH
from app.site import Site

HEARD_FOR = timedelta(hours=1)
"""So long after it became due, reports of a notification are heard."""


def status_url(site: Site, notification_uuid: str) -> str:
    """Return where a provider reports how a notification fared.

    The uuid is the only secret: random, and told to nobody but the provider and those who may write the project.
    """
    return f"{site.site_root}/api/v3/notifications/{notification_uuid}/status"


async def record_report(
    site: Site, notification_uuid: str, error: str, *, disable: bool, heard_for: timedelta = HEARD_FOR
) -> None:
    """Record that a message did not arrive after all; `disable` says that no other one would.

    One that counted as sent has failed, and so has one whose first attempt is under way: the report overtook what we
    write down of it. One that is tried anew stays owed. A report of an unknown notification, or of one that is too
    old, changes nothing.
    """
    known = (notifications.c.uuid == notification_uuid) & (notifications.c.created_at > site.clock() - heard_for)
    # Strangers may post here: what they make up must not wait for, or hold, the lock of those who write.
    if await site.database.row(select(notifications.c.id).where(known)) is None:
        return
    text = error[:ERROR_LENGTH]
    reported = update(notifications).where(known).values(error=text, state=_state_after())
    async with site.database.transaction() as unit:
        row = (await unit.execute(reported.returning(notifications.c.channel_id, notifications.c.group_id))).first()
        if row is None:
            return
        noted = update(channels).where(channels.c.id == row.channel_id).values(last_error=text)
        await unit.execute(noted.values(disabled=True) if disable else noted)
        if row.group_id is not None:
            await groups.settle(unit, row.group_id, site.clock())


def _state_after() -> ColumnElement[NotificationState]:
    state, is_sent = notifications.c.state, notifications.c.state == NotificationState.SENT
    first_try = (state == NotificationState.PENDING) & (notifications.c.attempt > 0) & (notifications.c.error == "")
    return case((is_sent | first_try, literal(NotificationState.FAILED, state.type)), else_=state)
