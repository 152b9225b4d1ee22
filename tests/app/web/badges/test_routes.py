"""The URLs of badges: what each of them says, and to whom."""

from datetime import timedelta

import pytest
from httpx import AsyncClient, Response

from app.rules.states import WatchState
from app.site import Site
from app.store.checks import CheckRecord
from app.store.projects import ProjectRecord
from app.web.badges.links import EVERY_CHECK, BadgeUrls, check_badge, tag_badge
from tests.conftest import START, MovedClock
from tests.graphql_api.test_statements import counted
from tests.rest_compat.healthchecks.given import a_check, a_project

ROOTS = ["http://testserver", "http://testserver/healthchecks"]
NOBODYS = "00000000-0000-4000-8000-000000000000"


def urls(site: Site, project: ProjectRecord, tag: str = EVERY_CHECK, *, with_late: bool = False) -> BadgeUrls:
    return tag_badge("http://testserver", site.vault, project.badge_key, tag, with_late=with_late)


async def up(site: Site, project: ProjectRecord, name: str = "Backup", **values) -> CheckRecord:
    """Store a check that is late after a minute and down after two."""
    shape = {"state": WatchState.UP, "last_ping_at": START, "period": 60, "grace": 60}
    return await a_check(site, project, name=name, **shape | values)


async def paused(site: Site, project: ProjectRecord, **values) -> CheckRecord:
    return await a_check(site, project, paused=True, **values)


@pytest.mark.parametrize(
    ("seconds", "two_states", "three_states"), [(0, "up", "up"), (60, "up", "late"), (120, "down", "down")]
)
async def test_the_badge_of_a_check_says_its_state(
    site: Site,
    project: ProjectRecord,
    anybody: AsyncClient,
    clock: MovedClock,
    seconds: int,
    two_states: str,
    three_states: str,
) -> None:
    check = await up(site, project)
    clock.move(seconds=seconds)

    for root in ROOTS:
        for with_late, said in ((False, two_states), (True, three_states)):
            found = check_badge(root, check.badge_uuid, with_late=with_late)
            late, down = int(seconds == 60), int(seconds == 120)
            answer = (await anybody.get(found.json)).json()
            assert answer == {"status": said, "total": 1, "grace": late, "down": down}
            assert f"<title>Backup: {said}</title>" in (await anybody.get(found.svg)).text
            shields = (await anybody.get(found.shields)).json()
            color = {"up": "success", "late": "important", "down": "critical"}[said]
            assert shields == {"schemaVersion": 1, "label": "Backup", "message": said, "color": color}


async def test_a_check_without_a_name_is_called_by_its_uuid(
    site: Site, project: ProjectRecord, anybody: AsyncClient
) -> None:
    check = await up(site, project, name="")

    answer = await anybody.get(check_badge("", check.badge_uuid, with_late=False).shields)

    assert answer.json()["label"] == check.uuid


async def test_the_badges_of_tags_and_of_a_project_count_their_checks(
    site: Site, project: ProjectRecord, anybody: AsyncClient, clock: MovedClock
) -> None:
    await up(site, project, tags="prod slow", grace=3600)
    await up(site, project, tags="prod down")
    await up(site, project, tags="prod", period=3600, last_start_at=START, grace=3600)
    await up(site, project, tags="run", period=3600, last_start_at=START)
    await paused(site, project, tags="prod idle")
    await a_check(site, project, tags="idle")
    await up(site, await a_project(site), tags="prod down")
    clock.move(seconds=120)

    async def said(tag: str, *, with_late: bool) -> dict:
        return (await anybody.get(urls(site, project, tag, with_late=with_late).json)).json()

    for tag, two_states, three_states, total, late, down in (
        (EVERY_CHECK, "down", "down", 6, 1, 2),
        ("prod", "down", "down", 4, 1, 1),
        ("slow", "up", "late", 1, 1, 0),
        ("run", "down", "down", 1, 0, 1),
        ("idle", "up", "up", 2, 0, 0),
        ("unknown", "up", "up", 0, 0, 0),
        ("pro", "up", "up", 0, 0, 0),
    ):
        numbers = {"total": total, "grace": late, "down": down}
        assert await said(tag, with_late=False) == {"status": two_states, **numbers}, tag
        assert await said(tag, with_late=True) == {"status": three_states, **numbers}, tag


async def test_the_labels_are_the_tag_and_the_site(site: Site, project: ProjectRecord, anybody: AsyncClient) -> None:
    for tag, label in ((EVERY_CHECK, "Heliograph"), ("prod", "prod"), ("žluť/日本.svg 100%", "žluť/日本.svg 100%")):
        found = urls(site, project, tag)
        assert (await anybody.get(found.shields)).json()["label"] == label
        assert f"<title>{label}: up</title>" in (await anybody.get(found.svg)).text


async def test_a_badge_of_many_checks_costs_two_statements(
    site: Site, project: ProjectRecord, anybody: AsyncClient, clock: MovedClock
) -> None:
    for number in range(50):
        await up(site, project, tags="prod", period=60 + number)
    clock.move(seconds=130)

    for tag in (EVERY_CHECK, "prod"):
        with counted(site) as statements:
            answer = (await anybody.get(urls(site, project, tag).json)).json()

        assert answer == {"status": "down", "total": 50, "grace": 39, "down": 11}
        assert len(statements) == 2


async def test_the_badge_of_a_check_costs_one_statement(
    site: Site, project: ProjectRecord, anybody: AsyncClient
) -> None:
    check = await up(site, project)

    with counted(site) as statements:
        await anybody.get(check_badge("", check.badge_uuid, with_late=True).svg)

    assert len(statements) == 1


async def test_any_wrong_signature_is_not_found_without_asking_the_database(
    site: Site, project: ProjectRecord, anybody: AsyncClient
) -> None:
    of_all, of_tag = urls(site, project).svg, urls(site, project, "prod").svg
    stranger = await a_project(site)
    own, other = site.vault.badge_signature(project.badge_key, "prod"), "AAAAAAAA"
    wrong = [
        of_all.replace(project.badge_key, stranger.badge_key),
        of_tag.replace("prod", "prods"),
        of_tag.replace("/prod", ""),
        of_all.replace(".svg", "/prod.svg"),
        of_tag.replace(own, other),
        of_tag.replace(own, own[:-1]),
        of_tag.replace(own, f"{own}A"),
        of_tag.replace(own, own.swapcase()),
        of_tag.replace("-2", "-3"),
        of_tag.replace("-2", "-2-2"),
        of_tag.replace(own, "ž" * 8),
        of_tag.replace("prod", "%00"),
        of_tag.replace("prod", ""),
    ]

    with counted(site) as statements:
        assert [(await anybody.get(url)).status_code for url in wrong] == [404] * len(wrong)

    assert statements == []


async def test_a_signature_outlives_its_project_and_finds_nothing(site: Site, anybody: AsyncClient) -> None:
    url = tag_badge("", site.vault, "0" * 22, EVERY_CHECK, with_late=False).svg

    assert (await anybody.get(url)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"/b/2/{NOBODYS}.svg",
        "/b/1/{uuid}.svg",
        "/b/4/{uuid}.svg",
        "/b/2/{upper}.svg",
        "/b/2/{uuid}.png",
        "/b/2/{uuid}.SVG",
        "/b/2/{uuid}",
        "/b/2/{uuid}.svg/",
        "/b/2/{uuid}/x.svg",
    ],
)
async def test_other_paths_of_checks_are_not_found(
    site: Site, project: ProjectRecord, anybody: AsyncClient, path: str
) -> None:
    badge_uuid = "f618072a-7bde-4eee-af63-71a77c5723bc"
    await up(site, project, badge_uuid=badge_uuid)

    answer = await anybody.get(path.format(uuid=badge_uuid, upper=badge_uuid.upper()))

    assert answer.status_code == 404
    assert "access-control-allow-origin" not in answer.headers


async def test_other_formats_of_tags_are_not_found(site: Site, project: ProjectRecord, anybody: AsyncClient) -> None:
    for tag in (EVERY_CHECK, "prod"):
        url = urls(site, project, tag).svg
        for wrong in (url.replace(".svg", ".png"), url.removesuffix(".svg"), f"{url}/"):
            assert (await anybody.get(wrong)).status_code == 404


async def test_badges_are_open_to_every_site_and_never_kept(
    site: Site, project: ProjectRecord, anybody: AsyncClient
) -> None:
    check = await up(site, project)
    types = {"svg": "image/svg+xml", "json": "application/json", "shields": "application/json"}

    for found in (check_badge("", check.badge_uuid, with_late=False), urls(site, project), urls(site, project, "x")):
        for form, media_type in types.items():
            answer = await anybody.get(getattr(found, form))
            assert answer.status_code == 200
            assert answer.headers["content-type"] == media_type
            assert "no-store" in answer.headers["cache-control"]
            assert_open(answer)


async def test_only_get_and_options_are_answered(site: Site, project: ProjectRecord, anybody: AsyncClient) -> None:
    for url in (f"/b/2/{NOBODYS}.svg", urls(site, project).svg, urls(site, project, "x").svg):
        for method in ("HEAD", "POST", "PUT", "PATCH", "DELETE"):
            answer = await anybody.request(method, url)
            assert (answer.status_code, answer.content) == (405, b"")
            assert answer.headers["allow"] == "GET, OPTIONS"
            assert_open(answer)
        preflight = await anybody.options(url)
        assert (preflight.status_code, preflight.content) == (204, b"")
        assert_open(preflight)


def assert_open(answer: Response) -> None:
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "X-Api-Key"
    assert answer.headers["access-control-allow-methods"] == "GET, OPTIONS"
    assert answer.headers["access-control-max-age"] == "600"


async def test_a_check_is_late_and_down_to_the_second(
    site: Site, project: ProjectRecord, anybody: AsyncClient, clock: MovedClock
) -> None:
    check = await up(site, project)
    said = []
    for moment in (59.999999, 60, 119.999999, 120):
        clock.now = START + timedelta(seconds=moment)
        answers = [
            await anybody.get(check_badge("", check.badge_uuid, with_late=True).json),
            await anybody.get(urls(site, project, with_late=True).json),
        ]
        said.append([answer.json()["status"] for answer in answers])

    assert said == [["up"] * 2, ["late"] * 2, ["late"] * 2, ["down"] * 2]
