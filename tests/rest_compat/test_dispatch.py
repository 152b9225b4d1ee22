"""Whose request it is below `/api/v1/checks`."""

import pytest

from rest_compat.dispatch import is_healthchecks_request

UUID = "f618072a-7bde-4eee-af63-71a77c5723bc"
KEY = {"x-api-key": ""}
TOKEN = {"authorization": "Token abc"}
BEARER = {"authorization": "bearer abc"}
BASIC = {"authorization": "Basic abc"}


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        (f"/{UUID}", {}, True),
        (f"/{UUID}", TOKEN, True),
        (f"/{UUID}/pause", BEARER, True),
        (f"/{UUID}/pings/", TOKEN, True),
        ("/" + "0a" * 20, TOKEN, True),
        ("/" + "0a" * 20 + "/flips/", TOKEN, True),
        ("", {}, True),
        ("/", {}, True),
        ("/", BASIC, True),
        ("", TOKEN, False),
        ("/", TOKEN, False),
        ("/", BEARER, False),
        ("/", KEY | TOKEN, True),
        ("/17/", {}, False),
        ("/17", TOKEN, False),
        ("/17/", KEY, True),
        ("/" + "1" * 39, {}, False),
        ("/add-http/", TOKEN, False),
        ("/bulk/", {}, False),
        ("/locations/", TOKEN, False),
        (f"/{UUID.upper()}", TOKEN, False),
        (f"/{UUID}x", TOKEN, False),
        ("/" + "0A" * 20, TOKEN, False),
    ],
)
def test_whose_request_it_is(path: str, headers: dict[str, str], *, expected: bool):
    assert is_healthchecks_request(f"/api/v1/checks{path}", headers) is expected
