"""Badges as SVG: two fields of text side by side (specs/healthchecks.md section 14)."""

import re
from html import escape

from app.rules.badges import BadgeState

HEIGHT = 20
"""Pixels."""
PADDING = 10
"""Pixels that each of the two fields is wider than its text: half of them on either side."""

_LABEL_COLOR = "#555"
_COLORS = {BadgeState.UP: "#4c1", BadgeState.LATE: "#fe7d37", BadgeState.DOWN: "#e05d44"}
_DEFAULT_WIDTH = 7
_LETTERS_BY_WIDTH = {
    3: "ijlIJ'",
    4: "ft!(),-./:;[\\]| ",
    5: 'r"',
    6: "ckszFL*?_`",
    8: "ABCDHNRUVXZ",
    9: "wGMOQ#&+<=>^~",
    10: "%",
    11: "mW@",
}
"""The widths of letters in DejaVu Sans (which has Verdana's) at 11 px, rounded to pixels, where they are not 7."""
_WIDTHS = {letter: width for width, letters in _LETTERS_BY_WIDTH.items() for letter in letters}

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, not even escaped (XML 1.0 section 2.2)."""

_IMAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img"'
    ' aria-label="{label}: {state}">'
    "<title>{label}: {state}</title>"
    '<path d="M{left} 0H3a3 3 0 0 0-3 3v14a3 3 0 0 0 3 3h{left_straight}z" fill="{label_color}"/>'
    '<path d="M{left} 0h{right_straight}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right_straight}z" fill="{color}"/>'
    '<g fill="#fff" font-family="DejaVu Sans,Verdana,Geneva,sans-serif" font-size="11" text-anchor="middle">'
    '<text x="{label_middle}" y="14" textLength="{label_text}">{label}</text>'
    '<text x="{state_middle}" y="14" textLength="{state_text}">{state}</text>'
    "</g></svg>"
)


def text_width(text: str) -> int:
    """Return how wide a text is drawn, in pixels."""
    return sum(_WIDTHS.get(letter, _DEFAULT_WIDTH) for letter in text)


def badge_svg(label: str, state: BadgeState) -> str:
    """Return the image that says this of what is called `label`."""
    label = _NOT_XML.sub("\ufffd", label)
    label_text, state_text = text_width(label), text_width(state)
    left, right = label_text + PADDING, state_text + PADDING
    return _IMAGE.format(
        width=left + right,
        height=HEIGHT,
        left=left,
        left_straight=left - 3,
        right_straight=right - 3,
        label=escape(label),
        label_color=_LABEL_COLOR,
        label_middle=left / 2,
        label_text=label_text,
        state=state,
        color=_COLORS[state],
        state_middle=left + right / 2,
        state_text=state_text,
    )
