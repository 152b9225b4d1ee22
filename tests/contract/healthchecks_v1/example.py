"""Comparing answers with the document's examples."""

from typing import Any


def as_documented(answer: dict[str, Any], example: dict[str, Any], extra: frozenset[str]) -> bool:
    """Tell whether the answer is the example, and beside it has exactly the keys that today's clients find."""
    assert {key: answer[key] for key in example} == example
    assert answer.keys() - example.keys() == extra
    return True
