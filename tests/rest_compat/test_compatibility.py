"""The compatibility page says what the route tables say."""

from pathlib import Path

import pytest

from rest_compat.compatibility import page
from rest_compat.healthchecks.routes import VERSIONS


def test_the_page_is_what_the_route_tables_say() -> None:
    kept = Path(__file__).parents[2] / "docs" / "compatibility.md"

    assert kept.read_text() == page(), "write it anew: make docs"


@pytest.mark.parametrize("version", VERSIONS)
def test_each_documented_url_of_healthchecks_is_on_the_page(version: int) -> None:
    written = page()

    for request in (
        "GET /api/v1/checks/",
        "POST /api/v1/checks/",
        "GET /api/v1/checks/{uuid}",
        "GET /api/v1/checks/{unique_key}",
        "POST /api/v1/checks/{uuid}",
        "POST /api/v1/checks/{uuid}/pause",
        "DELETE /api/v1/checks/{uuid}",
        "GET /api/v1/checks/{uuid}/pings/",
        "GET /api/v1/channels/",
        "GET /api/v1/status/",
        "GET /api/v1/metrics/",
        "POST /api/v1/notifications/{uuid}/status",
        "POST /api/v1/bounces/",
    ):
        assert f"| `{request.replace('/v1/', f'/v{version}/')}` |" in written


def test_each_documented_url_of_api_science_is_on_the_page() -> None:
    written = page()

    for request in (
        "GET /v1/monitors",
        "POST /v1/monitors",
        "PATCH /v1/monitors",
        "GET /v1/monitors/{monitor}",
        "PATCH /v1/monitors/{monitor}",
        "GET /v1/monitors/{monitor}/test",
        "GET /v1/monitors/{monitor}/templates",
        "POST /v1/monitors/{monitor}/templates",
        "GET /v1/monitors/{monitor}/templates/{template}",
        "GET /v1/tags",
        "POST /v1/variables",
    ):
        assert f"| `{request}` |" in written
