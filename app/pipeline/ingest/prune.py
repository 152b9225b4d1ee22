"""What is deleted of a check that grew too much; each step is bounded, the next one goes on (section 9.1)."""

from sqlalchemy import Delete, bindparam, delete, func, select

from app.models.columns import BigId, UtcDateTime
from app.models.tables import flips, pings

PRUNED_AT_ONCE = 8
"""Checks pruned in one transaction."""
_PINGS_AT_ONCE = 1_000
_FLIPS_AT_ONCE = 200

_watchable_id = bindparam("watchable_id", type_=BigId)
_last_number = bindparam("last_number", type_=BigId)
_flips_before = bindparam("flips_before", type_=UtcDateTime)


def delete_pings() -> Delete:
    """Delete the oldest pings up to `last_number`."""
    first = select(func.min(pings.c.number)).where(pings.c.watchable_id == _watchable_id).scalar_subquery()
    return delete(pings).where(
        pings.c.watchable_id == _watchable_id,
        pings.c.number <= _last_number,
        pings.c.number < first + _PINGS_AT_ONCE,
    )


def delete_flips() -> Delete:
    """Delete the oldest flips, and with them their notifications, that predate all kept pings and `flips_before`."""
    kept = select(pings.c.at).where(pings.c.watchable_id == _watchable_id, pings.c.number > _last_number)
    oldest_kept = kept.order_by(pings.c.number).limit(1).scalar_subquery()
    old = select(flips.c.id).where(
        flips.c.watchable_id == _watchable_id, flips.c.at < _flips_before, flips.c.at < oldest_kept
    )
    return delete(flips).where(flips.c.id.in_(old.order_by(flips.c.at).limit(_FLIPS_AT_ONCE)))
