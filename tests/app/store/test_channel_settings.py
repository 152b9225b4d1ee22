"""Why settings are refused, in words for people."""

import pytest

from app.errors import InvalidInput
from app.store.channel_settings import checked_settings


@pytest.mark.parametrize(
    ("kind", "settings", "message", "path"),
    [
        ("email", {"address": "nobody"}, "address: An email address must have an @-sign.", ("address",)),
        ("webhook", {}, "A webhook needs a URL for down, for up or for both", ()),
        (
            "webhook",
            {"down": {"url": "https://example.org", "headers": {"a b": "c"}}},
            "down.headers.a b: String should match pattern",
            ("down", "headers", "a b"),
        ),
    ],
)
def test_a_refusal_names_the_setting_and_says_why(
    kind: str, settings: dict[str, object], message: str, path: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_settings(kind, settings)

    assert refused.value.message.startswith(message)
    assert refused.value.path == ("settings", *path)
