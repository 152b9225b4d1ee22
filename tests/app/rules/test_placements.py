"""Of the places that one machine serves, the first is probed from."""

import pytest

from app.rules.placements import probed


@pytest.mark.parametrize(
    ("places", "machines", "expected"),
    [
        ((), {}, ()),
        ((3, 1, 2), {}, (3,)),
        ((3, 1, 2), {1: "a"}, (3, 1)),
        ((1, 2, 3), {1: "a", 2: "a", 3: "b"}, (1, 3)),
    ],
    ids=["none", "all built in", "one of its own", "two of one machine"],
)
def test_places_of_one_machine_count_as_one(places: tuple, machines: dict, expected: tuple) -> None:
    assert probed(places, machines) == expected
