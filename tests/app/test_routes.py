"""All that answers beside each other: no address belongs to two parts of the house (DESIGN section 5)."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import product
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Match, Mount

from app.main import make_app
from app.site import Site
from app.web.front import PING_PREFIXES
from rest_compat.apiscience.dialect import UnknownPath

UUID = "f618072a-7bde-4eee-af63-71a77c5723bc"
SAMPLES = {
    "badge_key": ["a1" * 11],
    "check": ["17"],
    "contact": ["17"],
    "format": ["svg", "json"],
    "key": ["hgr_" + "x" * 28],
    "monitor": ["17"],
    "n": ["17"],
    "project": [UUID],
    "signature": ["Ab-_1234"],
    "slug": ["bad-request"],
    "states": ["2", "3"],
    "suffix": ["", ".json", "/", ".json/"],
    "tag": ["prod"],
    "template": ["17"],
    "two_states": ["", "-2"],
    "unique_key": ["0a" * 20],
    "uuid": [UUID],
}
"""What may stand for each name in a path."""


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'heliograph.sqlite3'}"


@pytest.fixture
def routes(site: Site) -> list[BaseRoute]:
    app = make_app(site, nullcontext())._router  # type: ignore[attr-defined]
    assert isinstance(app, Starlette)
    return app.routes


def samples(path: str) -> Iterator[str]:
    """Return addresses that a route of this path is for."""
    parts = re.split(r"\{(\w+)\}", path)
    for values in product(*(SAMPLES[name] for name in parts[1::2])):
        yield "".join(a + b for a, b in zip(parts[::2], [*values, ""], strict=True))


def answering(routes: list[BaseRoute], address: str) -> list[BaseRoute]:
    """Return the routes that would answer this address, the one that does so first; methods do not count."""
    scope = {"type": "http", "method": "GET", "path": address, "root_path": "", "headers": []}
    return [route for route in routes if route.matches(dict(scope))[0] is not Match.NONE]


def test_each_address_is_answered_by_its_own_route_and_no_other(routes: list[BaseRoute]):
    shown = [route for route in routes if not isinstance(route, UnknownPath | Mount)]
    asked = 0
    for route in shown:
        for address in samples(route.path):  # type: ignore[attr-defined]
            found = answering(routes, address)
            asked += 1

            assert found, f"{route.path} does not answer {address}"  # type: ignore[attr-defined]
            clashing = {each.path for each in found if not isinstance(each, UnknownPath)}  # type: ignore[attr-defined]
            assert clashing == {route.path}, address  # type: ignore[attr-defined]
            assert found[0].path == route.path, address  # type: ignore[attr-defined]
    assert asked > len(shown) > 100


def test_no_route_stands_where_pings_are_taken(routes: list[BaseRoute]):
    assert [route for route in routes if route.path.startswith(PING_PREFIXES)] == []  # type: ignore[attr-defined]


def test_what_is_not_documented_is_told_by_the_api_that_it_lies_below(routes: list[BaseRoute]):
    def first(address: str) -> BaseRoute | None:
        return next(iter(answering(routes, address)), None)

    assert isinstance(first("/v1/nonsense"), UnknownPath)
    assert isinstance(first("/apiscience/v1"), UnknownPath)
    assert isinstance(first("/checks/nonsense"), UnknownPath)
    assert first("/v10/monitors") is None
    assert first("/monitorship") is None
    assert first("/apiscience") is None
