"""What messages say of a flip (specs/healthchecks.md sections 11 and 12)."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from app.channels.message import AlertEvent, AlertMessage, CheckFacts, LastPing
from app.ids import unique_key
from app.models import Ping
from app.models.tables import flips
from app.pipeline.alerting import flip_row
from app.pipeline.facts import OTHERS_LIMIT, SAMPLE_UUID, flip_message, sample_message
from app.pipeline.renderers import Renderers
from app.rules.state_changes import StateChange
from app.rules.states import FlipReason, PingKind, ScheduleKind, WatchState
from app.store.checks import CheckRecord
from tests.app.pipeline.test_delivery import no_json
from tests.conftest import START
from tests.world import World

WENT_DOWN = START + timedelta(minutes=10)
CAME_UP = START + timedelta(hours=2, minutes=10)


async def flip(
    world: World, check: CheckRecord, at: datetime, states: tuple[WatchState, WatchState], reason: FlipReason
) -> int:
    row = flip_row(check.id, StateChange(at, *states, reason))
    async with world.site.database.transaction() as unit:
        return int((await unit.execute(insert(flips).values(row).returning(flips.c.id))).scalar_one())


async def down(world: World, check: CheckRecord) -> int:
    return await flip(world, check, WENT_DOWN, (WatchState.UP, WatchState.DOWN), FlipReason.TIMEOUT)


async def ping(world: World, check: CheckRecord, number: int, at: datetime, **values: object) -> None:
    row = Ping(
        watchable_id=check.id,
        number=number,
        at=at,
        **{"kind": PingKind.SUCCESS, "scheme": "http", "method": "GET"} | values,
    )
    async with world.site.database.transaction() as unit:
        await unit.add(row)


async def told(world: World, event: AlertEvent, flip_id: int) -> AlertMessage:
    told_all = Renderers(lambda check, uuids, now: f"{check.name} {sorted(uuids)} {now.isoformat()}")
    message = await flip_message(world.site, event, flip_id, told_all)
    assert message is not None
    return message


async def test_a_message_names_check_project_and_change(world: World) -> None:
    mail = await world.email()
    check = await world.check(name="backup", tags="db  prod", description="Nightly", slug="backup", ping_count=7)

    message = await told(world, AlertEvent.DOWN, await down(world, check))

    assert message == AlertMessage(
        event=AlertEvent.DOWN,
        uuid=check.uuid,
        name="backup",
        slug="backup",
        tags=("db", "prod"),
        project="Ship",
        changed_at=WENT_DOWN,
        downtime=None,
        others_down=(),
        url=f"http://testserver/cloaked/{unique_key(check.uuid)}/",
        json=f"backup ['{mail.uuid}'] {START.isoformat()}",
        subject=CheckFacts(
            description="Nightly",
            reason=FlipReason.TIMEOUT,
            period=60,
            schedule=None,
            timezone="UTC",
            grace=30,
            ping_count=7,
            last_ping=None,
        ),
    )


async def test_a_schedule_takes_the_place_of_the_period(world: World) -> None:
    check = await world.check(schedule_kind=ScheduleKind.CRON, schedule="0 4 * * *", timezone="Europe/Riga")

    said = (await told(world, AlertEvent.DOWN, await down(world, check))).subject

    assert isinstance(said, CheckFacts)
    assert (said.period, said.schedule, said.timezone) == (None, "0 4 * * *", "Europe/Riga")


async def test_the_last_ping_is_the_newest_that_was_not_later_than_the_flip(world: World) -> None:
    check = await world.check()
    await ping(world, check, 1, START)
    await ping(
        world,
        check,
        2,
        WENT_DOWN,
        kind=PingKind.FAIL,
        method="POST",
        remote_address="192.0.2.7",
        user_agent="curl",
        exit_status=3,
        body=b"disk \xff full",
    )
    await ping(world, check, 3, WENT_DOWN + timedelta(microseconds=1))

    message = await told(world, AlertEvent.DOWN, await down(world, check))

    assert message.last_ping == LastPing(
        number=2,
        at=WENT_DOWN,
        kind=PingKind.FAIL,
        scheme="http",
        method="POST",
        remote_address="192.0.2.7",
        user_agent="curl",
        exit_status=3,
        body=b"disk \xff full",
    )


async def test_downtime_runs_from_the_flip_before(world: World) -> None:
    check = await world.check()
    await flip(world, check, START - timedelta(days=9), (WatchState.UP, WatchState.DOWN), FlipReason.FAIL)
    await flip(world, check, START - timedelta(days=8), (WatchState.DOWN, WatchState.UP), FlipReason.NONE)
    await down(world, check)
    came_up = await flip(world, check, CAME_UP, (WatchState.DOWN, WatchState.UP), FlipReason.NONE)

    message = await told(world, AlertEvent.UP, came_up)

    assert message.downtime == timedelta(hours=2)


async def test_what_goes_down_has_no_downtime(world: World) -> None:
    check = await world.check()
    await flip(world, check, START, (WatchState.DOWN, WatchState.UP), FlipReason.NONE)

    assert (await told(world, AlertEvent.DOWN, await down(world, check))).downtime is None


async def test_downtime_is_unknown_when_the_flip_before_was_pruned(world: World) -> None:
    check = await world.check()
    came_up = await flip(world, check, CAME_UP, (WatchState.DOWN, WatchState.UP), FlipReason.NONE)

    assert (await told(world, AlertEvent.UP, came_up)).downtime is None


async def test_others_that_are_down_are_named_by_name_or_uuid(world: World) -> None:
    check = await world.check(state=WatchState.DOWN)
    named = await world.check("mail queue", state=WatchState.DOWN)
    nameless = await world.check("", state=WatchState.DOWN)
    await world.check("fine")

    message = await told(world, AlertEvent.DOWN, await down(world, check))

    assert sorted(message.others_down) == sorted([named.name, nameless.uuid])


async def test_the_others_are_bounded(world: World) -> None:
    check = await world.check()
    for number in range(OTHERS_LIMIT + 1):
        await world.check(f"down-{number}", state=WatchState.DOWN)

    assert len((await told(world, AlertEvent.DOWN, await down(world, check))).others_down) == OTHERS_LIMIT


async def test_there_is_no_message_about_a_flip_that_is_gone(world: World) -> None:
    check = await world.check()
    flip_id = await down(world, check)
    async with world.site.database.transaction() as unit:
        await unit.execute(flips.delete())

    assert await flip_message(world.site, AlertEvent.DOWN, flip_id, no_json) is None


async def test_a_sample_shows_a_check_that_does_not_exist(world: World) -> None:
    message = await sample_message(
        world.site, world.project_id, START, Renderers(lambda check, told, _: f"{check.uuid} {told}")
    )

    assert message.event is AlertEvent.TEST
    assert (message.uuid, message.name, message.project) == (SAMPLE_UUID, "Sample check", "Ship")
    assert (message.changed_at, message.json) == (START, f"{SAMPLE_UUID} []")
