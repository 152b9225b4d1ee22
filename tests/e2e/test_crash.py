"""A server that is killed under load loses no ping that it acknowledged, and no alert that is due."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable

import httpx

from tests.e2e.database import Outside
from tests.e2e.mailbox import Mailbox
from tests.e2e.server import ServerProcess, heliograph

_COUNTED = """
SELECT w.uuid, c.ping_count FROM watchables w JOIN checks c ON c.watchable_id = w.id WHERE w.name LIKE 'check %'
"""
_KEPT = """
SELECT max(p.number), max(p.number) - min(p.number) + 1 - count(*), max(c.ping_count)
FROM pings p JOIN checks c ON c.watchable_id = p.watchable_id GROUP BY p.watchable_id
"""

CHECKS = 10
CLIENTS = 16
ACKNOWLEDGED_BEFORE_THE_KILL = 1500


async def _make_checks(root: str, key: str) -> list[str]:
    async with httpx.AsyncClient(headers={"X-Api-Key": key}, trust_env=False) as client:
        answers = [
            await client.post(
                f"{root}/api/v1/checks/",
                content=json.dumps({"name": f"check {number}", "timeout": 3600, "grace": 60, "channels": "*"}),
            )
            for number in range(CHECKS)
        ]
    return [answer.json()["ping_url"].rsplit("/", 1)[1] for answer in answers]


async def _ping_until_killed(root: str, uuids: list[str], server: ServerProcess) -> tuple[Counter[str], Counter[str]]:
    """Ping from many clients, every seventh time a failure, until the server is killed in the midst of it."""
    sent: Counter[str] = Counter()
    acknowledged: Counter[str] = Counter()

    async def ping(client: httpx.AsyncClient, number: int) -> None:
        turn = number
        while True:
            uuid = uuids[turn % len(uuids)]
            sent[uuid] += 1
            try:
                answer = await client.post(f"{root}/ping/{uuid}{'' if turn % 7 else '/fail'}", content=b"body")
            except httpx.HTTPError:
                return
            assert answer.text == "OK"
            acknowledged[uuid] += 1
            turn += CLIENTS + 1
            if acknowledged.total() == ACKNOWLEDGED_BEFORE_THE_KILL:
                await asyncio.to_thread(server.kill)

    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        await asyncio.gather(*(ping(client, number) for number in range(CLIENTS)))
    return sent, acknowledged


def test_sigkill_under_load_loses_no_acknowledged_ping_and_no_due_mail(
    serve: Callable[..., tuple[ServerProcess, str]], mailbox: Mailbox, outside: Outside
) -> None:
    # given a server under load, whose checks go down and up all the time
    server, root = serve()
    key = server.wait_for(r"Read-write key +(hgw_\S+)").group(1)
    heliograph(
        server, "contact", "create", "--project", "Main", "--name", "Ops", "--kind", "email", "--value", "a@example.org"
    )
    uuids = asyncio.run(_make_checks(root, key))

    # when it is killed and started again
    sent, acknowledged = asyncio.run(_ping_until_killed(root, uuids, server))
    restarted, _ = serve()

    # then every acknowledged ping is there, numbered without gaps
    stored = dict(outside.rows(_COUNTED))
    assert acknowledged.total() >= ACKNOWLEDGED_BEFORE_THE_KILL
    for uuid in uuids:
        assert acknowledged[uuid] <= stored[uuid] <= sent[uuid]
    kept = outside.rows(_KEPT)
    assert len(kept) == CHECKS
    assert all(newest == counted and gaps == 0 for newest, gaps, counted in kept)

    # and every alert that was due arrives, those that were under way at the crash once their leases end
    ((owed,),) = outside.rows("SELECT count(*) FROM notifications")
    assert owed > CHECKS
    outside.rows(f"UPDATE notifications SET next_attempt_at = {outside.long_ago} WHERE state = 'PENDING'")
    mailbox.wait_until(lambda mails: len({mail["Message-ID"] for mail in mails}) == owed)
    assert restarted.stop() == 0
    assert outside.rows("SELECT state, count(*) FROM notifications GROUP BY state") == [("SENT", owed)]
