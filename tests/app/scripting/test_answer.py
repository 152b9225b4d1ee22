"""Nothing that comes from a child is trusted."""

import pytest

from app.scripting.answer import Answer, BadAnswer, read_answer


def test_a_whole_answer_is_read():
    text = b"""{"error": "no", "memory": true, "logs": ["a"], "values": {"x": "1"},
               "request": {"method": "GET", "headers": [["a", "b"]], "body": null}}"""

    assert read_answer(text) == Answer(
        error="no",
        out_of_memory=True,
        logs=("a",),
        request={"method": "GET", "headers": (("a", "b"),), "body": None},
        values={"x": "1"},
    )


def test_parts_that_were_not_asked_for_are_empty():
    assert read_answer(b'{"error":null,"memory":false,"logs":[],"request":null,"values":null}') == Answer()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"pwned",
        b"[]",
        b'"text"',
        b"{}",
        b'{"logs": {}}',
        b'{"logs": [1]}',
        b'{"logs": [], "error": 5}',
        b'{"logs": [], "values": {"a": 1}}',
        b'{"logs": [], "values": "a"}',
        b'{"logs": [], "request": []}x',
        b'{"logs": [], "request": {"method": 1}}',
        b'{"logs": [], "request": {"href": null}}',
        b'{"logs": [], "request": {"headers": {}}}',
        b'{"logs": [], "request": {"params": [["a"]]}}',
        b'{"logs": [], "request": {"params": [["a", 1]]}}',
        b'{"logs": [], "request": {"body": {}}}',
        b'{"logs": ["\xff"]}',
        b'{"logs": ["\\ud800"]}',
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(BadAnswer):
        read_answer(text)
