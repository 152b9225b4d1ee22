"""What badges say and how they look, through the URLs that the API hands out (section 14)."""

from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from app.pipeline.ingest import Ingest
from app.site import Site
from app.web.badges.routes import badge_routes
from app.web.front import Front
from app.web.pings import PingEndpoint
from rest_compat.healthchecks.routes import PREFIXES
from tests.conftest import MovedClock
from tests.rest_compat.healthchecks.given import application

CHECKS = "/api/v3/checks/"
SVG = "{http://www.w3.org/2000/svg}"
FORMATS = ["svg", "svg3", "json", "json3", "shields", "shields3"]
COLORS = {"up": ("#4c1", "success"), "late": ("#fe7d37", "important"), "down": ("#e05d44", "critical")}


@pytest.fixture
async def served(site: Site) -> AsyncIterator[Front]:
    """The management API, the badges and the ping URLs."""
    ingest = Ingest(site)
    app = application(site)
    app.router.routes += badge_routes(site, PREFIXES)
    yield Front(PingEndpoint(ingest, site), app, site.site_root)
    await ingest.close()


async def made(writer: httpx.AsyncClient, *suffixes: str, **fields: Any) -> dict[str, Any]:
    """Make a check, due each minute with a minute of grace, and ping it by these suffixes."""
    check: dict[str, Any] = (await writer.post(CHECKS, json={"timeout": 60, "grace": 60, **fields})).json()
    for suffix in suffixes:
        await writer.get(check["ping_url"] + suffix)
    return check


async def badge(writer: httpx.AsyncClient, tag: str = "*") -> dict[str, Any]:
    """Return what each badge of a tag says: the text of an image, the object of another."""
    urls = (await writer.get("/api/v3/badges/")).json()["badges"][tag]
    said: dict[str, Any] = {}
    for form, url in urls.items():
        answer = await writer.get(url)
        said[form] = texts(answer.text)[1] if form.startswith("svg") else answer.json()
    return said


def texts(image: str) -> list[str]:
    """Return the two texts of an image, label and state."""
    return [one.text or "" for one in ET.fromstring(image).iter(f"{SVG}text")]


def says(state2: str, state3: str, *, total: int, late: int, down: int, label: str = "Heliograph") -> dict[str, Any]:
    """Return what each badge has to say, by the words of the spec."""
    return {
        form: {
            "svg": state,
            "json": {"status": state, "total": total, "grace": late, "down": down},
            "shields": {"schemaVersion": 1, "label": label, "message": state, "color": COLORS[state][1]},
        }[form.removesuffix("3")]
        for form, state in zip(FORMATS, [state2, state3] * 3, strict=True)
    }


async def test_new_paused_and_started_checks_count_as_up(writer: httpx.AsyncClient) -> None:
    await made(writer)
    await made(writer, "", "/start")
    await writer.post((await made(writer, ""))["pause_url"])

    assert await badge(writer) == says("up", "up", total=3, late=0, down=0)


async def test_no_checks_are_up(writer: httpx.AsyncClient) -> None:
    assert await badge(writer) == says("up", "up", total=0, late=0, down=0)


async def test_a_late_check_is_said_to_be_late_by_three_states_and_counted_by_both(
    writer: httpx.AsyncClient, clock: MovedClock
) -> None:
    await made(writer, "", tags="x")
    await made(writer, tags="x")
    clock.move(seconds=60)

    assert await badge(writer, "x") == says("up", "late", total=2, late=1, down=0, label="x")


async def test_down_beats_late(writer: httpx.AsyncClient, clock: MovedClock) -> None:
    await made(writer, "", tags="a x")
    clock.move(seconds=60)
    await made(writer, "/fail", tags="x b")

    assert await badge(writer, "x") == says("down", "down", total=2, late=1, down=1, label="x")
    assert await badge(writer, "a") == says("up", "late", total=1, late=1, down=0, label="a")
    assert await badge(writer, "b") == says("down", "down", total=1, late=0, down=1, label="b")


async def test_a_check_is_down_to_the_second_before_anybody_noticed(
    writer: httpx.AsyncClient, clock: MovedClock
) -> None:
    await made(writer, "")
    await made(writer, "/start", grace=120)

    clock.move(seconds=119)
    assert (await badge(writer))["json"] == {"status": "up", "total": 2, "grace": 1, "down": 0}
    clock.move(seconds=1)
    assert (await badge(writer))["json"] == {"status": "down", "total": 2, "grace": 0, "down": 2}


@pytest.mark.parametrize("name", ["db backup", "", "<b>&\"'\x07"])
async def test_a_check_has_a_badge_of_its_own_with_its_name_or_uuid(writer: httpx.AsyncClient, name: str) -> None:
    check = await made(writer, "/fail", name=name)
    start = check["badge_url"].removesuffix("2/" + check["badge_url"].rpartition("/")[2])
    badge_uuid = check["badge_url"].rpartition("/")[2].removesuffix(".svg")
    label = name or check["uuid"]

    assert badge_uuid != check["uuid"]
    for states in (2, 3):
        own = f"{start}{states}/{badge_uuid}"
        assert texts((await writer.get(f"{own}.svg")).text) == [label.replace("\x07", "\ufffd"), "down"]
        assert (await writer.get(f"{own}.json")).json() == {"status": "down", "total": 1, "grace": 0, "down": 1}
        assert (await writer.get(f"{own}.shields")).json()["label"] == label
        for form in ("png", "SVG", "svg3", ""):
            assert (await writer.get(f"{own}.{form}")).status_code == 404
    assert (await writer.get(f"{start}4/{badge_uuid}.svg")).status_code == 404
    assert (await writer.get(f"{start}2/{badge_uuid.upper()}.svg")).status_code == 404
    assert (await writer.get(f"{start}2/{check['uuid']}.svg")).status_code == 404


@pytest.mark.parametrize("tag", ["prod", "db/main", "50%", "žluť", "a.svg", "?x=1#y", "<&>", "..", "-2"])
async def test_a_tag_of_any_letters_has_a_badge(writer: httpx.AsyncClient, tag: str) -> None:
    await made(writer, "/fail", tags=tag)
    await made(writer)

    assert await badge(writer, tag) == says("down", "down", total=1, late=0, down=1, label=tag)


@pytest.mark.parametrize("state", COLORS)
async def test_an_image_is_twenty_pixels_high_and_has_the_color_of_its_state(
    writer: httpx.AsyncClient, clock: MovedClock, state: str
) -> None:
    check = await made(writer, "/fail" if state == "down" else "", name="mmm")
    clock.move(seconds=60 if state == "late" else 0)

    answer = await writer.get(check["badge_url"].replace("/b/2/", "/b/3/"))

    assert answer.headers["content-type"].split(";")[0] == "image/svg+xml"
    root = ET.fromstring(answer.content)
    left, right = root.findall(f"{SVG}path")
    words = root.findall(f".//{SVG}text")
    widths = [int(one.attrib["textLength"]) for one in words]
    assert root.attrib["height"] == "20"
    assert int(root.attrib["width"]) == sum(widths) + 2 * 10
    assert (left.attrib["fill"], right.attrib["fill"]) == ("#555", COLORS[state][0])
    assert widths[0] > 3 * 7
    assert [one.text for one in words] == ["mmm", state]


async def test_any_other_signature_key_or_form_is_not_found(writer: httpx.AsyncClient) -> None:
    await made(writer, tags="x y")
    badges = (await writer.get("/api/v3/badges/")).json()["badges"]
    url = badges["x"]["svg3"]
    _, key, signature, _ = url.removeprefix("http://testserver/").split("/")
    assert len(signature) == 8
    assert badges["x"]["svg"] == url.replace(signature, f"{signature}-2")

    for wrong in (
        url.replace("/x.", "/y."),
        url.replace(signature, signature[::-1]),
        url.replace(signature, f"{signature}-3"),
        url.replace(signature, signature[:7]),
        url.replace(signature, f"{signature}-2-2"),
        url.replace("/x.", "."),
        url.replace(key, key[::-1]),
        url.replace(".svg", ".png"),
        url.replace(".svg", ""),
        url + "/",
    ):
        assert (await writer.get(wrong)).status_code == 404, wrong


async def test_badges_need_no_key_are_never_kept_and_open_to_pages_of_other_sites(
    writer: httpx.AsyncClient, nobody: httpx.AsyncClient
) -> None:
    check = await made(writer, tags="x")
    urls = [check["badge_url"], *(await writer.get("/api/v3/badges/")).json()["badges"]["x"].values()]

    for url in urls:
        got, asked, refused = [await nobody.request(method, url) for method in ("GET", "OPTIONS", "POST")]

        assert (got.status_code, asked.status_code, refused.status_code) == (200, 204, 405)
        assert "no-store" in got.headers["cache-control"]
        assert (asked.content, refused.content) == (b"", b"")
        for answer in (got, asked, refused):
            allowed = answer.headers["access-control-allow-methods"].split(", ")
            assert (answer.headers["access-control-allow-origin"], sorted(allowed)) == ("*", ["GET", "OPTIONS"])
            assert answer.headers["access-control-allow-headers"] == "X-Api-Key"
            assert answer.headers["access-control-max-age"] == "600"
        assert (await nobody.head(url)).status_code == 405


async def test_the_badges_are_found_below_the_apis_own_root_too(writer: httpx.AsyncClient) -> None:
    await made(writer, "/fail", tags="x")
    url = (await writer.get("/healthchecks/api/v3/badges/")).json()["badges"]["x"]["json"]

    assert url.startswith("http://testserver/healthchecks/badge/")
    assert (await writer.get(url)).json()["status"] == "down"
