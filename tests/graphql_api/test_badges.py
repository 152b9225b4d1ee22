"""Badges of checks, tags and projects: where they are, and that they are there."""

from pathlib import Path

import pytest
from httpx import AsyncClient

from app.site import Site
from app.web.badges.routes import badge_routes
from graphql_api.context import Context
from graphql_api.execution import Operation, execute
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_checks import made
from tests.graphql_api.test_monitors import gone_down
from tests.graphql_api.test_monitors import made as made_monitor
from tests.graphql_api.test_statements import counted

OF_CHECKS = """{ project { checks { edges { node { uniqueKey ... on Watchable {
    badges { svg json shields } late: badges(withLate: true) { svg json shields } } } } } } }"""
OF_PROJECT = """query($tag: String) { project {
    badges(tag: $tag) { svg json shields } late: badges(tag: $tag, withLate: true) { svg json shields } } }"""


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


@pytest.fixture
def anybody(site: Site, client: AsyncClient) -> AsyncClient:
    """Somebody without a key, who reaches the badges."""
    client._transport.app.router.routes += badge_routes(site, [""])
    return client


async def seen(anybody: AsyncClient, urls: dict[str, str]) -> tuple[str, str]:
    """Return label and state of a badge that is the same in all formats."""
    svg, json, shields = [await anybody.get(urls[name]) for name in ("svg", "json", "shields")]
    label, state = shields.json()["label"], shields.json()["message"]
    assert json.json()["status"] == state
    assert f"<title>{label}: {state}</title>" in svg.text
    return label, state


async def test_a_check_has_badges_of_two_and_of_three_states(
    writer: Asker, reader: Asker, anybody: AsyncClient
) -> None:
    await made(writer, name="Backup")

    found = await writer.ask(OF_CHECKS)

    [edge] = found["project"]["checks"]["edges"]
    node = edge["node"]
    assert await seen(anybody, node["badges"]) == ("Backup", "up")
    assert await seen(anybody, node["late"]) == ("Backup", "up")
    assert node["badges"]["svg"].replace("/b/2/", "/b/3/") == node["late"]["svg"]
    assert await reader.ask(OF_CHECKS) == found


async def test_a_monitor_has_badges_as_a_check_has(
    site: Site, writer: Asker, reader: Asker, anybody: AsyncClient
) -> None:
    monitor = await made_monitor(writer, name="Shop")
    query = OF_CHECKS.replace("checks {", "monitors {").replace("uniqueKey", "number")

    [edge] = (await reader.ask(query))["project"]["monitors"]["edges"]
    assert await seen(anybody, edge["node"]["badges"]) == ("Shop", "up")
    await gone_down(site, monitor)

    assert await seen(anybody, edge["node"]["badges"]) == ("Shop", "down")
    assert await seen(anybody, edge["node"]["late"]) == ("Shop", "down")


async def test_a_project_has_badges_of_all_its_checks_and_of_each_tag(
    writer: Asker, reader: Asker, anybody: AsyncClient
) -> None:
    for tag, label in ((None, "Heliograph"), ("db/main", "db/main"), ("žluť", "žluť")):
        found = (await writer.ask(OF_PROJECT, tag=tag))["project"]
        assert await seen(anybody, found["badges"]) == (label, "up")
        assert await seen(anybody, found["late"]) == (label, "up")
        assert found["badges"]["svg"] != found["late"]["svg"]
        assert (await reader.ask(OF_PROJECT, tag=tag))["project"] == found


@pytest.mark.parametrize(
    "tag",
    ["", " ", "two words", " x", "a\0b", "x" * 501],
    ids=["empty", "space", "words", "blank", "nul", "long"],
)
async def test_what_no_check_can_carry_has_no_badge(writer: Asker, tag: str) -> None:
    query = "query($tag: String) { project { badges(tag: $tag) { svg } } }"

    assert await writer.refused(query, tag=tag) == [("INVALID", ["project", "badges"])]


async def test_urls_follow_the_root_of_the_request(writer: Asker) -> None:
    await made(writer)
    writer.headers["Host"] = "monitor.example"

    answer = await writer.ask("{ project { badges { svg } checks { edges { node { badges { svg } } } } } }")

    assert answer["project"]["badges"]["svg"].startswith("http://monitor.example/badge/")
    check = answer["project"]["checks"]["edges"][0]["node"]
    assert check["badges"]["svg"].startswith("http://monitor.example/b/2/")


async def test_badges_cost_a_node_each_and_no_statement(site: Site, ctx: Context, writer: Asker) -> None:
    await made(writer)
    query = "{ project { badges { svg } checks(first: 7) { edges { node { badges { svg } } } } } }"

    with counted(site) as statements:
        result = await execute(ctx, Operation(query))

    assert result.errors is None
    assert len(statements) == 1  # the page of checks
    assert result.extensions["cost"]["requested"] == 1 + 1 + 7 * 4
