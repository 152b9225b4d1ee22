"""What a user gets by mail without being a channel: reminders of what is down, and reports (section 11)."""

from datetime import UTC, datetime, timedelta

import pytest

from app.pipeline.due_letters import write_nags, write_reports
from app.security.roles import Role
from app.store.projects import ProjectRecord
from tests.contract.healthchecks.service import Service, part
from tests.rest_compat.healthchecks.given import a_key
from tests.world import World

UPDATE_USER = "mutation($input: UserUpdateInput!) { userUpdate(input: $input) { errors { message } } }"


@pytest.fixture
async def ann(service: Service, project: ProjectRecord) -> None:
    """A member of the project; `service.api` has a key of hers."""
    world = World(service.site, project.id, contact=None)  # type: ignore[arg-type] - only its user is made here
    user = await world.user("ann@example.org", Role.EDITOR, timezone="Europe/Riga")
    service.api.headers["x-api-key"] = await a_key(service.site, project, user_id=user.id)


async def chooses(service: Service, **rhythms: str) -> None:
    assert (await service.ask(UPDATE_USER, input=rhythms))["userUpdate"]["errors"] == []
    await letters(service)


async def letters(service: Service) -> list[str]:
    """Look for letters that are due, as the scheduler does all the time, send them, and return all subjects so far."""
    await write_nags(service.site)
    await write_reports(service.site)
    await service.send()
    return [str(mail["Subject"]) for mail in service.mails]


@pytest.mark.parametrize(("rhythm", "wait"), [("HOURLY", timedelta(hours=1)), ("DAILY", timedelta(days=1))])
async def test_a_user_is_reminded_of_what_is_still_down_until_all_is_up_or_paused(
    service: Service, ann: None, rhythm: str, wait: timedelta
) -> None:
    await chooses(service, nagRhythm=rhythm)
    first, second = [await service.check(name=name, channels="") for name in ("one", "two")]

    async def later() -> list[str]:
        await letters(service)
        service.clock.now += wait
        return await letters(service)

    assert await later() == []
    for check in (first, second):
        await service.ping(check, "/fail")
    assert await later() == ["Reminder: 2 checks still down"]
    await service.ping(first)
    assert (await later())[1:] == ["Reminder: 1 check still down"]
    await service.api.post(second["pause_url"])
    assert len(await later()) == 2


async def test_who_wants_no_letters_gets_none(service: Service, ann: None) -> None:
    await chooses(service, nagRhythm="OFF", reportRhythm="OFF")
    await service.ping(await service.check(channels=""), "/fail")
    await letters(service)

    service.clock.move(days=40)

    assert await letters(service) == []


@pytest.mark.parametrize(
    ("rhythm", "day", "subject"),
    [
        ("DAILY", datetime(2026, 3, 2, tzinfo=UTC), "Daily report: 1 March 2026"),
        ("WEEKLY", datetime(2026, 3, 2, tzinfo=UTC), "Weekly report: 23 February to 1 March 2026"),
        ("MONTHLY", datetime(2026, 4, 1, tzinfo=UTC), "Monthly report: March 2026"),
    ],
)
async def test_a_report_comes_on_its_day_between_nine_and_eleven_of_the_users_clock(
    service: Service, ann: None, rhythm: str, day: datetime, subject: str
) -> None:
    await service.ping(await service.check(name="db", channels=""), "/fail")
    await chooses(service, reportRhythm=rhythm)
    offset = timedelta(hours=2 if day.month == 3 else 3)  # Riga's

    for hour in (9, 11):
        service.clock.now = day + timedelta(hours=hour) - offset - timedelta(seconds=hour == 9)
        assert await letters(service) == [subject] * (hour == 11)

    [mail] = service.mails
    assert mail["To"] == "ann@example.org"
    assert "db" in part(mail)


async def test_where_nothing_pinged_for_half_a_year_no_report_is_sent(service: Service, ann: None) -> None:
    await service.ping(await service.check(channels=""))
    await chooses(service, reportRhythm="MONTHLY")
    for month in (4, 5, 10):
        service.clock.now = datetime(2026, month, 1, 12, tzinfo=UTC)
        sent = await letters(service)

    assert sent == ["Monthly report: March 2026", "Monthly report: April 2026"]
