"""Texts that are taken literally by services which read markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.markup import entities, fenced, markdown, unmentioned


def test_slack_gets_its_three_characters_escaped():
    assert entities('<!here> & "x" &lt;') == '&lt;!here&gt; &amp; "x" &amp;lt;'


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("back_up [x](y)", r"back\_up \[x\](y)"),
        ("*/5 `a` ~b~ #1 |", r"\*/5 \`a\` \~b\~ \#1 \|"),
        ("C:\\x", "C:\\\\x"),
        ("@here ops@example.org", "@\u2060here ops@example.org"),
    ],
)
def test_markdown_is_escaped(text, escaped):
    assert markdown(text) == escaped


@given(st.text("`a\n", max_size=40))
def test_nothing_ends_a_code_block_early(text):
    block = fenced(text)
    assert len(block) == len(text) + len("```\n\n```")
    assert block.startswith("```\n")
    assert block.endswith("\n```")
    assert not re.search("`{3,}", block[4:-4])


@given(st.text(max_size=40))
def test_an_address_calls_nobody_and_reads_the_same(text):
    assert unmentioned(text).replace("\u2060", "") == text.replace("\u2060", "")
    assert not re.search(r"(?<!\w)@\w", unmentioned(text))
