"""Plain http is sent to https, where the site asks for that."""

import httpx
import pytest
from starlette.responses import PlainTextResponse

from app.settings import Settings
from app.web.https_only import HttpsOnly


def client(site_root: str = "http://site.test:8000", peer: str = "127.0.0.1") -> httpx.AsyncClient:
    settings = Settings(_env_file=None, site_root=site_root)
    transport = httpx.ASGITransport(HttpsOnly(PlainTextResponse("served"), settings), client=(peer, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://site.test:8000")


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_plain_http_is_sent_to_the_same_address_in_https(method: str):
    async with client() as browser:
        answer = await browser.request(method, "/v1/monitors?tags=a%20b&tags=c")

    assert (answer.status_code, answer.content) == (301, b"")
    assert answer.headers["location"] == "https://site.test/v1/monitors?tags=a%20b&tags=c"


async def test_a_path_beyond_ascii_stays_escaped():
    async with client() as browser:
        answer = await browser.get("/caf%C3%A9")

    assert answer.headers["location"] == "https://site.test/caf%C3%A9"


async def test_the_port_is_that_of_the_sites_root():
    async with client("https://site.test:8443") as browser:
        answer = await browser.get("/v1/tags")

    assert answer.headers["location"] == "https://site.test:8443/v1/tags"


@pytest.mark.parametrize(("peer", "status"), [("127.0.0.1", 200), ("192.0.2.1", 301)])
async def test_only_a_trusted_proxy_may_say_that_it_was_https(peer: str, status: int):
    async with client(peer=peer) as browser:
        answer = await browser.get("/v1/tags", headers={"X-Forwarded-Proto": "https"})

    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_what_stands_beside_the_server_may_ask_plainly(path: str):
    async with client() as browser:
        assert (await browser.get(path)).text == "served"


async def test_a_host_that_is_none_is_not_repeated():
    async with client() as browser:
        answer = await browser.get("/v1/tags", headers={"Host": "evil.test/path"})

    assert answer.headers["location"] == "https://site.test/v1/tags"
