"""JSON in ASCII alone."""

import json

from hypothesis import given
from hypothesis import strategies as st

from rest_compat.escaped_json import ascii_json

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(texts | st.booleans() | st.none() | st.integers(-(2**53), 2**53), lambda inner: (
    st.lists(inner) | st.dictionaries(texts, inner)
))  # fmt: skip


@given(values)
def test_every_value_is_read_back_from_ascii(value: object):
    written = ascii_json(value)

    assert written.isascii()
    assert json.loads(written) == value


def test_other_characters_are_escaped_as_utf_16():
    assert ascii_json({"ž": "日😀\\u00e9é\n"}) == b'{"\\u017e":"\\u65e5\\ud83d\\ude00\\\\u00e9\\u00e9\\n"}'
