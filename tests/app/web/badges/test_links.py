"""Whatever a tag is made of, its badge's URL leads back to it."""

from itertools import product
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.routing import Match, Route

from app.security.keys import Vault
from app.site import Site
from app.web.badges.links import EVERY_CHECK, tag_badge
from app.web.badges.routes import badge_routes

VAULT = Vault(b"a secret of the tests")
KEY = "0123456789abcdefghijkl"
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \0"), min_size=1, max_size=500)


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    return badge_routes(Site(None, None, None, VAULT), ("", "/healthchecks"))


def led_to(routes: list[Route], url: str) -> dict[str, str]:
    """Return what the one route that matches reads from the URL, as a server unquotes it."""
    scope = {"type": "http", "path": unquote(urlsplit(url).path)}
    [found] = [
        inner["path_params"] for route in routes for match, inner in [route.matches(scope)] if match is Match.FULL
    ]
    return found


@given(WORDS)
@example("a/b")
@example("a.svg")
@example("../..")
@example("x.svg/y.json")
@example("100%25?#")
@example("žluť-2")
def test_the_url_of_a_tag_leads_to_its_badge(routes: list[Route], tag: str) -> None:
    for root, with_late in product(("http://h", "https://h:8443/healthchecks"), (False, True)):
        found = tag_badge(root, VAULT, KEY, tag, with_late=with_late)
        for form in ("svg", "json", "shields"):
            path = led_to(routes, getattr(found, form))
            assert path.get("tag", EVERY_CHECK) == tag
            assert (path["badge_key"], path["format"]) == (KEY, form)
            assert VAULT.badge_signed(KEY, tag, path["signature"])
            assert path["two_states"] == ("" if with_late else "-2")


def test_the_url_of_all_checks_names_no_tag(routes: list[Route]) -> None:
    found = tag_badge("http://h", VAULT, KEY, EVERY_CHECK, with_late=True)

    assert found.svg == f"http://h/badge/{KEY}/{VAULT.badge_signature(KEY, '*')}.svg"
    assert "tag" not in led_to(routes, found.svg)


@given(WORDS, WORDS)
def test_signatures_tell_tags_keys_and_sites_apart(tag: str, other: str) -> None:
    signature = VAULT.badge_signature(KEY, tag)

    assert len(signature) == 8
    assert VAULT.badge_signed(KEY, tag, signature)
    assert VAULT.badge_signed(KEY, other, signature) == (tag == other)
    assert not VAULT.badge_signed(KEY[::-1], tag, signature)
    assert not Vault(b"another secret").badge_signed(KEY, tag, signature)
