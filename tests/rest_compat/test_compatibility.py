"""The compatibility page says what the route tables say."""

from pathlib import Path

from rest_compat.compatibility import page


def test_the_page_is_what_the_route_tables_say() -> None:
    kept = Path(__file__).parents[2] / "docs" / "compatibility.md"

    assert kept.read_text() == page(), "write it anew: make docs"


def test_each_documented_url_of_healthchecks_v1_is_on_the_page() -> None:
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
    ):
        assert f"| `{request}` |" in written
