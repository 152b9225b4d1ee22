"""Cards of Trello over the wire."""

from urllib.parse import parse_qsl

import pytest

from tests.app.channels.trial import refused, told


async def test_down_creates_a_card(receiver):
    got = await told("trello", receiver)
    assert (got.method, got.target) == ("POST", "/1/cards")
    assert got.values("Authorization") == ['OAuth oauth_consumer_key="s3cret-key", oauth_token="s3cret-token"']
    assert got.values("Content-Type") == ["application/x-www-form-urlencoded"]
    card = dict(parse_qsl(got.body.decode(), strict_parsing=True))
    assert card.pop("desc").startswith("https://monitor.example.org/cloaked/0123abcd/\n\n```\n")
    assert card == {"idList": "5abbe4b7ddc1b351ef961414", "name": "DOWN | Nightly backup"}


@pytest.mark.parametrize(("status", "permanent"), [(401, True), (404, True), (400, False), (429, False)])
async def test_a_list_or_token_that_is_gone_is_permanent(receiver, status, permanent):
    assert (await refused("trello", receiver, status)).permanent is permanent
