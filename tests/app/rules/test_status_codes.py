import pytest

from app.errors import InvalidInput
from app.rules.status_codes import codes


@pytest.mark.parametrize(
    ("text", "expected"),
    [("200", {200}), (" 200 , 404", {200, 404}), ("2xx", set(range(200, 300))), ("5XX,204", {204, *range(500, 600)})],
)
def test_codes_classes_and_lists(text, expected):
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text", ["", "20", "2000", "600", "099", "x2x", "2x", "200,", "200 404", "200-299", "²00", "ok"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(InvalidInput, match="200,204,3xx"):
        codes(text)
