"""Who is assigned, when channels are named one by one."""

import pytest

from app.errors import InvalidInput
from app.rules.assignments import identified_channels, kept_contacts

KNOWN = {1: ("uuid-1", "ops"), 2: ("uuid-2", "ops"), 3: ("uuid-3", "on call")}


@pytest.mark.parametrize(
    ("identifiers", "numbers"),
    [("*", {1, 2, 3}), ("", set()), ("uuid-1", {1}), ("uuid-1,on call,uuid-1", {1, 3})],
)
def test_channels_are_named_by_uuid_or_exact_name(identifiers: str, numbers: set[int]) -> None:
    assert identified_channels(identifiers, KNOWN) == numbers


@pytest.mark.parametrize(
    ("identifiers", "message"),
    [
        (",", "empty channel identifier"),
        ("uuid-1,", "empty channel identifier"),
        ("uuid-1, uuid-3", "invalid channel identifier:  uuid-3"),
        ("UUID-1", "invalid channel identifier: UUID-1"),
        ("ops", "non-unique channel identifier: ops"),
    ],
)
def test_what_names_no_single_channel_is_refused(identifiers: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        identified_channels(identifiers, KNOWN)

    assert refused.value.message == message


def test_a_contact_stays_when_all_its_channels_are_wanted() -> None:
    assigned = {7: {1, 2}, 8: {3}, 9: set()}

    assert kept_contacts({1, 2, 3}, assigned) == {7, 8}
    assert kept_contacts({1, 3}, assigned) == {8}
    assert kept_contacts(set(), assigned) == set()
