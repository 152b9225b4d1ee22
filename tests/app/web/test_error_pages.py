"""The pages that explain errors."""

import re

import httpx
import pytest
from starlette.applications import Starlette

from app.web.error_pages import PAGES, error_page_routes, info_url

ROOT = "http://site.test:8000"


@pytest.fixture
def browser() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=error_page_routes())), base_url=ROOT)


@pytest.mark.parametrize("code", sorted(PAGES))
async def test_each_page_says_what_the_status_means_and_leads_to_the_others(browser: httpx.AsyncClient, code: int):
    answer = await browser.get(info_url(ROOT, code))

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert PAGES[code].meaning in answer.text
    assert "{{" not in answer.text
    links = re.findall(r'href="([^"]+)"', answer.text)
    assert [(await browser.get(f"/docs/errors/{link}")).status_code for link in links] == [200] * (len(PAGES) - 1)


async def test_there_are_no_other_pages(browser: httpx.AsyncClient):
    assert (await browser.get("/docs/errors/nonsense")).status_code == 404
