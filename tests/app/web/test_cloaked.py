"""The link of an alert leads to the page of its check, and tells strangers nothing."""

import httpx
import pytest
from starlette.applications import Starlette

from app.ids import unique_key
from app.web.cloaked import cloaked_route

SOME_UUID = "0b5a6d56-6a2f-4f3e-9c5e-2c8a4d6f7a10"


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = Starlette(routes=[cloaked_route()])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver")


async def test_any_unique_key_leads_to_the_page_that_asks_for_the_check(client: httpx.AsyncClient) -> None:
    key = unique_key(SOME_UUID)

    answer = await client.get(f"/cloaked/{key}/")

    assert answer.status_code == 302
    assert str(answer.url.join(answer.headers["location"])) == f"http://testserver/graphql?check={key}"


@pytest.mark.parametrize("name", ["x" * 40, "A" * 40, "a" * 39, "a" * 41, "a" * 40 + "%0a", SOME_UUID], ids=repr)
async def test_what_is_no_unique_key_is_not_found(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/cloaked/{name}/")).status_code == 404
