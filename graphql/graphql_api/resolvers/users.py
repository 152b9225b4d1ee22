"""What a key that acts for a user can do with that user's own account."""

from collections.abc import Mapping
from random import SystemRandom

from app.errors import Forbidden, NotFound
from app.rules.check_settings import LONGEST_NAME, checked_text, checked_timezone
from app.rules.reports import next_report_at
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.security.roles import Role
from app.store import users
from app.store.users import UserRecord
from graphql_api.context import Context

_random = SystemRandom()


async def user_get(ctx: Context) -> UserRecord | None:
    """Return the user whom the key acts for; None when it acts for nobody."""
    ctx.project()
    if ctx.caller is None or ctx.caller.user_id is None:
        return None
    return await users.by_id(ctx.database, ctx.caller.user_id)


async def user_update(
    ctx: Context,
    *,
    name: str | None = None,
    timezone: str | None = None,
    report_rhythm: ReportRhythm | None = None,
    nag_rhythm: NagRhythm | None = None,
) -> UserRecord:
    """Change what is given of the key's user and return it as it is now; Forbidden when the key acts for nobody.

    The next report is due by the new rhythm and zone; the next nag is set by the scheduler, if anything is down.
    Whatever the user may do in the project, the account is the user's own: a read-write key changes it.
    """
    ctx.reach(Role.EDITOR)
    given = {
        "name": None if name is None else checked_text(name, "name", LONGEST_NAME),
        "timezone": None if timezone is None else checked_timezone(timezone),
        "report_rhythm": report_rhythm,
        "nag_rhythm": nag_rhythm,
    }
    if ctx.caller is None or ctx.caller.user_id is None:
        raise Forbidden("This key acts for no user: make one that does with `heliograph key create --user EMAIL`.")
    async with ctx.database.transaction() as unit:
        user = await users.by_id(unit, ctx.caller.user_id)
        if user is None:
            raise NotFound("There is no such user.")
        changed = {key: value for key, value in given.items() if value not in (None, getattr(user, key))}
        return await users.change(unit, user.id, changed | _times(ctx, user, changed))


def _times(ctx: Context, user: UserRecord, changed: Mapping[str, object]) -> dict[str, object]:
    """Return when letters are due anew, as far as that depends on what changed."""
    times: dict[str, object] = {}
    if changed.keys() & {"report_rhythm", "timezone"}:
        rhythm, timezone = changed.get("report_rhythm", user.report_rhythm), changed.get("timezone", user.timezone)
        times["next_report_at"] = next_report_at(ReportRhythm(str(rhythm)), str(timezone), ctx.now(), _random)
    if "nag_rhythm" in changed:
        times["next_nag_at"] = None
    return times
