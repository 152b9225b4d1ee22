"""The guide to channels (docs/channels.md): what it says to copy works."""

import json
import re
import shlex
from pathlib import Path

import pytest

from app.channels.registry import channel_kind

GUIDE = (Path(__file__).parents[3] / "docs" / "channels.md").read_text()
COMMANDS = re.findall(r"^heliograph contact create .*$", GUIDE, re.MULTILINE)
SECTIONS = re.findall(r"^## (\w+)$", GUIDE, re.MULTILINE)


def options(command):
    words = shlex.split(command)
    return {word.removeprefix("--"): words[place + 1] for place, word in enumerate(words) if word.startswith("--")}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_line_to_copy_makes_a_channel(command):
    given = options(command)
    kind = channel_kind(given["kind"])
    kind.Settings.model_validate(kind.from_value(given["value"], json.loads(given.get("settings", "{}"))))


def test_every_section_is_about_a_kind_in_alphabetical_order():
    assert sorted(SECTIONS) == SECTIONS
    assert [channel_kind(name).about for name in SECTIONS]
    assert {options(command)["kind"] for command in COMMANDS} == set(SECTIONS)
