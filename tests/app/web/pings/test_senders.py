"""Who sent a ping, and how (specs/healthchecks.md section 8)."""

import pytest

from app.errors import InvalidInput
from app.pipeline.ingest import Ingest
from app.site import Site
from app.store.checks import CheckRecord
from app.web.pings import PingEndpoint
from tests.app.web.pings.ping_client import PingClient
from tests.world import World

FIRST = "203.0.113.7"


@pytest.mark.parametrize(
    ("forwarded", "stored"),
    [
        (None, "127.0.0.1"),
        (FIRST, FIRST),
        (f"{FIRST}, 10.0.0.1", FIRST),
        (f" {FIRST} ,10.0.0.1", FIRST),
        (f"{FIRST}:8080", FIRST),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", None),
        ("", "127.0.0.1"),
        (",10.0.0.1", None),
        ("<script>", None),
        ("1.2.3.4.5", None),
        ("x" * 5_000, None),
    ],
)
async def test_remote_address(client: PingClient, check: CheckRecord, forwarded: str | None, stored: str) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    await client.send(f"/ping/{check.uuid}", headers=headers)
    (row,) = await client.rows()
    assert row.remote_address == stored


@pytest.mark.parametrize(
    ("proto", "stored"),
    [(None, "http"), ("https", "https"), ("HTTPS, http", "https"), ("gopher", "http"), ("x" * 99, "http")],
)
async def test_scheme(client: PingClient, check: CheckRecord, proto: str | None, stored: str) -> None:
    await client.send(f"/ping/{check.uuid}", headers={"X-Forwarded-Proto": proto} if proto else {})
    (row,) = await client.rows()
    assert row.scheme == stored


@pytest.mark.parametrize(
    ("trusted", "peer", "believed"),
    [
        ("127.0.0.1,::1", "127.0.0.1", True),
        ("127.0.0.1,::1", "::1", True),
        ("127.0.0.1,::1", "192.0.2.1", False),
        ("10.0.0.0/8", "10.200.0.1", True),
        ("10.0.0.0/8", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("*", "192.0.2.1", True),
    ],
)
async def test_only_trusted_proxies_are_believed(
    site: Site, world: World, check: CheckRecord, trusted: str, peer: str, *, believed: bool
) -> None:
    # given
    settings = site.settings.model_copy(update={"trusted_proxies": trusted})
    configured = Site(settings, site.clock, site.database, site.vault)
    ingest = Ingest(configured)
    client = PingClient(world, PingEndpoint(ingest, configured))
    # when
    forwarded = {"X-Forwarded-For": FIRST, "X-Forwarded-Proto": "https"}
    await client.send(f"/ping/{check.uuid}", peer=peer, headers=forwarded)
    await ingest.close()
    # then
    (row,) = await client.rows()
    assert (row.remote_address, row.scheme) == ((FIRST, "https") if believed else (peer, "http"))


def test_a_wrong_list_of_proxies_is_refused_at_start(site: Site) -> None:
    settings = site.settings.model_copy(update={"trusted_proxies": "10.0.0.0/8, proxy.example"})
    with pytest.raises(InvalidInput, match=r"HELIOGRAPH_TRUSTED_PROXIES holds 'proxy\.example'"):
        PingEndpoint(Ingest(site), Site(settings, site.clock, site.database, site.vault))


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (b"curl/8.5", "curl/8.5"),
        (b"x" * 300, "x" * 200),
        ("gr\u00fc\u00dfe".encode(), "gr\u00fc\u00dfe"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"a\x00b", "ab"),
        (b"", ""),
    ],
)
async def test_user_agent(client: PingClient, check: CheckRecord, sent: bytes, stored: str) -> None:
    await client.send(f"/ping/{check.uuid}", headers=[(b"User-Agent", sent)])
    (row,) = await client.rows()
    assert row.user_agent == stored
