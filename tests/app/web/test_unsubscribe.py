"""The link in a mail stops more of them, and nothing else does (RFC 8058)."""

import httpx
import pytest
from starlette.applications import Starlette

from app.pipeline.unsubscribing import unsubscribe_url
from app.site import Site
from app.web.unsubscribe import unsubscribe_routes
from tests.world import World, make_world


@pytest.fixture
async def world(site: Site) -> World:
    return await make_world(site)


@pytest.fixture
def client(site: Site) -> httpx.AsyncClient:
    app = Starlette(routes=unsubscribe_routes(site))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver")


async def test_looking_at_the_page_changes_nothing(world: World, client: httpx.AsyncClient) -> None:
    channel = await world.email()

    answer = await client.get(unsubscribe_url(world.site, channel.uuid))

    assert answer.status_code == 200
    assert '<form method="post">' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert not (await world.channel_row(channel)).disabled


@pytest.mark.parametrize("form", [{}, {"List-Unsubscribe": "One-Click"}])
async def test_a_post_disables_the_channel(world: World, client: httpx.AsyncClient, form: dict[str, str]) -> None:
    channel, other = await world.email(), await world.email("other@example.org")

    for _ in range(2):
        answer = await client.post(unsubscribe_url(world.site, channel.uuid), data=form)
        assert answer.status_code == 200

    row = await world.channel_row(channel)
    assert (row.disabled, row.last_error) == (True, "Unsubscribed")
    assert not (await world.channel_row(other)).disabled


async def test_a_channel_that_was_disabled_for_another_reason_keeps_that_reason(
    world: World, client: httpx.AsyncClient
) -> None:
    channel = await world.email(disabled=True, last_error="The mail server answered 550")

    await client.post(unsubscribe_url(world.site, channel.uuid))

    assert (await world.channel_row(channel)).last_error == "The mail server answered 550"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_only_the_channels_own_signature_opens_the_page(
    world: World, client: httpx.AsyncClient, method: str
) -> None:
    channel, other = await world.email(), await world.email("other@example.org")
    signature = unsubscribe_url(world.site, other.uuid).rpartition("/")[2]

    for wrong in (signature, "0" * 32, "ž"):
        answer = await client.request(method, f"/unsubscribe/{channel.uuid}/{wrong}")
        assert answer.status_code == 404

    assert not (await world.channel_row(channel)).disabled


async def test_a_channel_that_is_gone_is_no_error(world: World, client: httpx.AsyncClient) -> None:
    answer = await client.post(unsubscribe_url(world.site, "00000000-0000-4000-8000-000000000000"))

    assert answer.status_code == 200
