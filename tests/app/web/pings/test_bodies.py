"""The bodies of pings (specs/healthchecks.md section 8)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.pipeline.ingest import Ingest
from app.site import Site
from app.store.checks import CheckRecord
from app.web.pings import MAX_REQUEST_BODY, PingEndpoint
from tests.app.web.pings.ping_client import PingClient
from tests.world import World


@pytest.mark.parametrize("size", [0, 1, 9_999, 10_000, 10_001, 100_000])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_first_bytes_of_a_body_are_kept(
    client: PingClient, check: CheckRecord, size: int, method: str
) -> None:
    body = bytes(number % 256 for number in range(size))
    answer = await client.send(f"/ping/{check.uuid}", method, content=body)
    assert answer.status_code == 200
    (row,) = await client.rows()
    assert row.body == (body[:10_000] or None)


async def in_parts(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 4_096):
        yield b"x" * 4_096
    yield b"x" * (size % 4_096)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("size", "status"), [(MAX_REQUEST_BODY, 200), (MAX_REQUEST_BODY + 1, 400)])
async def test_a_body_has_a_largest_size(
    client: PingClient, check: CheckRecord, size: int, status: int, *, chunked: bool
) -> None:
    answer = await client.send(f"/ping/{check.uuid}", "POST", content=in_parts(size) if chunked else b"x" * size)
    assert answer.status_code == status
    assert [len(row.body) for row in await client.rows()] == ([10_000] if status == 200 else [])


def raw_scope(check: CheckRecord, *headers: tuple[bytes, bytes]) -> dict[str, Any]:
    """A request with these headers alone, as a server hands it over."""
    return {
        "type": "http",
        "path": f"/ping/{check.uuid}",
        "method": "POST",
        "query_string": b"",
        "scheme": "http",
        "client": None,
        "headers": list(headers),
    }


async def test_a_body_that_breaks_off_is_not_recorded(client: PingClient, check: CheckRecord) -> None:
    # given a client that goes away after half of its body
    messages = iter([{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    # when
    await client.endpoint(raw_scope(check, (b"content-length", b"8")), receive, send)
    # then
    assert sent == []
    assert await client.rows() == []


async def test_a_client_that_says_nothing_of_itself(client: PingClient, check: CheckRecord) -> None:
    # given a request without headers and without an address, which brings no body to wait for
    sent: list[Any] = []

    async def receive() -> Any:
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    # when
    await client.endpoint(raw_scope(check), receive, send)
    # then
    assert sent[0]["status"] == 200
    (row,) = await client.rows()
    assert (row.user_agent, row.remote_address, row.body) == ("", None, None)


async def test_a_small_limit_is_kept_and_told(site: Site, world: World, check: CheckRecord) -> None:
    # given
    settings = site.settings.model_copy(update={"ping_body_limit": 5})
    smaller = Site(settings, site.clock, site.database, site.vault)
    ingest = Ingest(smaller)
    client = PingClient(world, PingEndpoint(ingest, smaller))
    # when
    answer = await client.send(f"/ping/{check.uuid}", "POST", content=b"0123456789")
    await ingest.close()
    # then
    assert answer.headers["ping-body-limit"] == "5"
    assert [row.body for row in await client.rows()] == [b"01234"]
