"""What the command makes works at once, on both databases."""

from datetime import timedelta

import pytest

from app.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from app.models.tables import users
from app.provisioning.demo import first_start, make_demo_check
from app.provisioning.make import Preferences, make_contact, make_grant, make_key, make_project, make_user
from app.rules.outcomes import ProbeKind
from app.rules.rhythms import NagRhythm, ReportRhythm
from app.security.keys import KeyRole
from app.security.passwords import password_matches
from app.security.roles import Role
from app.site import Site
from app.store import assignments, channels, checks, keys, monitors, projects
from app.store.keys import NewKey
from app.store.monitors import new_monitor
from tests.conftest import MovedClock


async def caller(site: Site, key: str, address: str | None = None) -> keys.Caller:
    return await keys.authenticate(site.database, site.vault, key, address, site.clock())


async def test_a_project_comes_with_three_keys_and_an_empty_contact(site: Site) -> None:
    made = await make_project(site, "Ops", check_limit=5, ping_limit=7)

    project = await projects.named(site.database, made["project"]["id"])
    assert project is not None
    assert (project.name, project.check_limit, project.ping_limit) == ("Ops", 5, 7)
    assert (await caller(site, made["keys"]["read_write"])).role is Role.EDITOR
    assert (await caller(site, made["keys"]["read_only"])).role is Role.VIEWER
    assert await keys.ping_key(site.database, site.vault, project.id) == made["keys"]["ping"]
    [contact] = await channels.contacts_of(site.database, project.id)
    assert (contact.name, contact.auto_linked) == ("Default", True)
    assert await channels.of_project(site.database, project.id) == []


async def test_keys_look_as_documented_and_are_not_stored_in_the_clear(site: Site) -> None:
    made = await make_project(site, "Ops")

    assert made["keys"]["read_write"].startswith("hgw_")
    assert made["keys"]["read_only"].startswith("hgr_")
    assert [len(made["keys"][name]) for name in ("read_write", "read_only", "ping")] == [32, 32, 22]
    stored = repr(await site.database.rows(keys.api_keys.select()))
    assert not any(secret in stored for secret in made["keys"].values())


async def test_a_ping_key_opens_no_api(site: Site) -> None:
    made = await make_project(site, "Ops")

    with pytest.raises(Unauthenticated):
        await caller(site, made["keys"]["ping"])


async def test_a_key_is_refused_from_elsewhere_and_after_its_end(site: Site, clock: MovedClock) -> None:
    await make_project(site, "Ops")
    wanted = NewKey(KeyRole.READ_WRITE, allow_ip="192.168.1.*, 10.0.0.0/8", expires_at=clock.now + timedelta(days=1))
    secret = (await make_key(site, "Ops", wanted))["key"]["secret"]

    for address in ("192.168.1.7", "10.9.8.7"):
        assert (await caller(site, secret, address)).role is Role.EDITOR
    for address in ("192.168.2.7", None, "::1"):
        with pytest.raises(Unauthenticated):
            await caller(site, secret, address)
    clock.move(days=1)
    with pytest.raises(Unauthenticated):
        await caller(site, secret, "10.9.8.7")


async def test_a_user_gets_a_membership_a_hashed_password_and_a_token(site: Site) -> None:
    await make_project(site, "Ops")

    made = await make_user(site, "Ops", "Ann@Example.org", "correct horse", Role.VIEWER)

    assert made["user"]["email"] == "ann@example.org"
    assert (await caller(site, made["token"])).role is Role.VIEWER
    row = await site.database.row(users.select())
    assert row is not None
    assert password_matches(row.password_hash, "correct horse")
    assert not password_matches(row.password_hash, "wrong horse")
    with pytest.raises(Conflict):
        await make_user(site, "Ops", "ann@example.org", "correct horse", Role.EDITOR)


async def test_a_contact_comes_with_a_channel_whose_settings_are_encrypted(site: Site) -> None:
    await make_project(site, "Ops")
    hook = {"down": {"method": "POST", "url": "https://example.org/x", "headers": {"X-Token": "hidden"}}}

    made = await make_contact(site, "Ops", name="Hook", kind="webhook", value="", settings=hook)

    project = await projects.named(site.database, "Ops")
    assert project is not None
    (channel,) = await channels.of_project(site.database, project.id)
    assert (channel.uuid, channel.kind) == (made["channel"]["id"], "webhook")
    assert "hidden" not in channel.settings_encrypted
    assert channels.opened_settings(site.vault, channel).down.headers == {"X-Token": "hidden"}


async def test_a_contact_hears_of_monitors_whose_api_cannot_say_who_does(site: Site) -> None:
    made = await make_project(site, "Ops")
    project = await projects.named(site.database, made["project"]["id"])
    assert project is not None
    monitor = new_monitor(project.id, ProbeKind.API, "m", 60, site.clock())
    monitor.auto_linked = True
    async with site.database.transaction() as unit:
        await monitors.add(unit, monitor)

    ops = await make_contact(site, "Ops", name="Ops", kind="email", value="ops@example.org", settings={})

    [linked] = (await assignments.contact_ids_of(site.database, [monitor.id]))[monitor.id]
    stored = (await channels.contacts_by_ids(site.database, [linked]))[linked]
    assert (stored.uuid, stored.auto_linked) == (ops["contact"]["id"], True)


async def test_what_cannot_be_made_leaves_nothing_behind(site: Site) -> None:
    made = await make_project(site, "Ops")

    for refused in (
        make_contact(site, "Ops", name="x", kind="email", value="no address", settings={}),
        make_contact(site, "Ops", name="x", kind="pigeon", value="", settings={}),
        make_user(site, "Ops", "a@example.org", "short", Role.EDITOR),
        make_key(site, "Ops", NewKey(KeyRole.READ_ONLY, allow_ip="nonsense")),
        make_project(site, "x" * 101),
        make_project(site, " "),
        make_project(site, "x", check_limit=0),
    ):
        with pytest.raises(InvalidInput):
            await refused
    with pytest.raises(NotFound):
        await make_key(site, "Nobody", NewKey(KeyRole.READ_ONLY))

    project = await projects.named(site.database, made["project"]["id"])
    assert project is not None
    assert len(await channels.contacts_of(site.database, project.id)) == 1
    assert len(await keys.of_project(site.database, project.id)) == 3


async def test_the_first_start_makes_something_to_look_at_and_the_second_nothing(site: Site) -> None:
    made = await first_start(site)

    assert made is not None
    owner = (await caller(site, made["keys"]["read_write"])).project
    (check,) = await checks.of_project(site.database, owner.id, tags=["demo"])
    assert made["check"]["ping_url"] == f"http://testserver/ping/{check.uuid}"
    assert await first_start(site) is None


async def test_a_user_hears_what_was_asked_for_by_the_own_clock(site: Site) -> None:
    await make_project(site, "Ops")
    wanted = Preferences("Europe/Kiev", ReportRhythm.DAILY, NagRhythm.HOURLY)

    await make_user(site, "Ops", "ann@example.org", "correct horse", Role.VIEWER, wanted)
    with pytest.raises(InvalidInput):
        await make_user(site, "Ops", "bob@example.org", "correct horse", Role.VIEWER, Preferences("Mars"))

    [row] = await site.database.rows(users.select())
    assert (row.timezone, row.report_rhythm, row.nag_rhythm) == ("Europe/Kyiv", ReportRhythm.DAILY, NagRhythm.HOURLY)


async def test_a_member_is_granted_another_role_for_one_check(site: Site) -> None:
    made = await make_project(site, "Ops")
    await make_user(site, "Ops", "ann@example.org", "correct horse", Role.EDITOR)
    check = await make_demo_check(site, "Ops")
    wanted = {"user_email": "ann@example.org", "role": Role.VIEWER}

    granted = await make_grant(site, "Ops", watchable=check["check"]["id"], **wanted)

    number = granted["grant"]["watchable"]
    assert granted == {"grant": {"user": "ann@example.org", "watchable": number, "role": "viewer"}}
    assert await make_grant(site, made["project"]["id"], watchable=str(number), **wanted) == granted
    for wrong in ({"watchable": "99"}, {"watchable": "x"}, {"watchable": str(number), "user_email": "bob@example.org"}):
        with pytest.raises(NotFound):
            await make_grant(site, "Ops", **{**wanted, **wrong})


async def test_a_key_is_made_only_for_a_member(site: Site) -> None:
    await make_project(site, "Ops")
    await make_project(site, "Shop")
    await make_user(site, "Shop", "ann@example.org", "correct horse", Role.EDITOR)

    with pytest.raises(NotFound, match="no member of the project 'Ops'"):
        await make_key(site, "Ops", NewKey(KeyRole.READ_ONLY), user_email="ann@example.org")
