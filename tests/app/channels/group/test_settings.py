"""A group names its channels, each once and at least one."""

import pytest
from pydantic import ValidationError

from app.channels.group import KIND
from app.channels.group.settings import MOST_MEMBERS, Settings
from app.ids import new_uuid

ONE, TWO = new_uuid(), new_uuid()


def test_a_channel_that_is_named_twice_is_a_member_once():
    assert KIND.members(Settings(channels=[ONE, TWO, ONE])) == [ONE, TWO]


@pytest.mark.parametrize(
    "members", [[], ["nobody"], [ONE.upper()], [new_uuid() for _ in range(MOST_MEMBERS + 1)]], ids=range(4)
)
def test_what_is_no_list_of_channels_is_refused(members):
    with pytest.raises(ValidationError):
        Settings(channels=members)


def test_the_command_takes_ids_separated_by_commas():
    assert KIND.from_value(f"{ONE}, {TWO}", {}) == {"channels": [ONE, TWO]}
    assert KIND.from_value("", {"channels": [ONE]}) == {"channels": [ONE]}
