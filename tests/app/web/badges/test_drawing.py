"""The image of a badge: its sizes and colours, and that no text breaks it."""

import shutil
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.badges import BadgeState
from app.web.badges.drawing import HEIGHT, PADDING, badge_svg, text_width

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(label: str, state: BadgeState = BadgeState.UP) -> ET.Element:
    return ET.fromstring(badge_svg(label, state))


@pytest.mark.parametrize(
    ("state", "text", "color"),
    [
        (BadgeState.UP, "up", "#4c1"),
        (BadgeState.LATE, "late", "#fe7d37"),
        (BadgeState.DOWN, "down", "#e05d44"),
    ],
)
def test_a_state_has_its_word_and_its_color(state: BadgeState, text: str, color: str) -> None:
    image = drawn("backups", state)

    assert [one.text for one in image.iter(f"{SVG}text")] == ["backups", text]
    assert [field.get("fill") for field in image.iter(f"{SVG}path")] == ["#555", color]
    assert image.get("aria-label") == f"backups: {text}"


def test_the_fields_are_as_wide_as_their_texts_and_the_padding() -> None:
    image = drawn("disk")  # 7 + 3 + 6 + 6 pixels, and 14 of "up"

    label, state = image.iter(f"{SVG}text")
    assert (image.get("height"), image.get("width")) == ("20", str((22 + 10) + (14 + 10)))
    assert (label.get("textLength"), label.get("x")) == ("22", "16.0")
    assert (state.get("textLength"), state.get("x")) == ("14", "44.0")


def test_letters_without_a_width_of_their_own_are_seven_pixels() -> None:
    assert text_width("日本") == text_width("aa") == text_width("00") == 14
    assert text_width("") == 0


@given(st.text(st.characters(), max_size=50))
def test_any_text_is_drawn_as_it_is_but_for_what_xml_cannot_hold(label: str) -> None:
    [text, _] = drawn(label).iter(f"{SVG}text")

    lines = label.replace("\r\n", "\n").replace("\r", "\n")  # XML knows one end of lines
    assert (text.text or "") == "".join(one if is_xml(ord(one)) else "\ufffd" for one in lines)


def is_xml(code: int) -> bool:
    return code in (9, 10) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def test_markup_in_a_label_stays_text() -> None:
    image = drawn("""<script>"&'</script>\x01""")

    assert [child.tag.removeprefix(SVG) for child in image] == ["title", "path", "path", "g"]
    assert next(image.iter(f"{SVG}text")).text == """<script>"&'</script>\ufffd"""


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium: apt-get install chromium")
def test_a_browser_draws_the_texts_as_wide_as_the_table_says() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for label in ("nightly backup", "Heliograph", "db-1.example.org", "prod", "WWW & iii", "0123456789"):
            page.set_content(f"<body style='margin: 0'>{badge_svg(label, BadgeState.LATE)}")
            box = page.locator("svg").bounding_box()
            widths = page.locator("svg text").evaluate_all("all => all.map(text => text.getComputedTextLength())")

            expected = [text_width(label), text_width("late")]
            assert box is not None
            assert (box["height"], box["width"]) == (HEIGHT, sum(expected) + 2 * PADDING)
            assert widths == pytest.approx(expected, rel=0.08), label
        browser.close()
