"""The first page: its command line can be copied as it is."""

import re
import shlex

import httpx
import pytest
from starlette.applications import Starlette

from app.site import Site
from app.web.landing import landing_route


async def page(site: Site, peer: str = "127.0.0.1", **headers: str) -> str:
    transport = httpx.ASGITransport(Starlette(routes=[landing_route(site)]), client=(peer, 1234))
    async with httpx.AsyncClient(transport=transport, base_url="http://site.test:8000") as client:
        answer = await client.get("/", headers=headers)
    assert answer.status_code == 200
    return answer.text


def command(text: str) -> list[str]:
    (found,) = re.findall(r"<pre>(.*?)</pre>", text, re.DOTALL)
    return shlex.split(found)


async def test_the_command_names_the_root_that_the_page_was_reached_by(site: Site) -> None:
    assert command(await page(site))[:2] == ["curl", "http://site.test:8000/api/v1/checks/"]


@pytest.mark.parametrize(
    ("peer", "root"), [("127.0.0.1", "https://status.example.org"), ("192.0.2.1", "http://site.test:8000")]
)
async def test_only_a_trusted_proxy_may_name_another_root(site: Site, peer: str, root: str) -> None:
    text = await page(site, peer, **{"X-Forwarded-Host": "status.example.org", "X-Forwarded-Proto": "https"})

    assert command(text)[1] == f"{root}/api/v1/checks/"


async def test_a_host_that_is_none_is_not_shown(site: Site) -> None:
    text = await page(site, Host="<script>alert(1)</script>")

    assert "alert(1)" not in text
    assert command(text)[1] == f"{site.site_root}/api/v1/checks/"
