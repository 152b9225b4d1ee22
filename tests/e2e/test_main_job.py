"""The main job, from an empty folder to an alert in the mailbox, with real processes and servers."""

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta

from tests.e2e.database import Outside
from tests.e2e.http_server import HttpServer
from tests.e2e.mailbox import Mailbox
from tests.e2e.server import ServerProcess, heliograph


def curl(*arguments: str) -> str:
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "30", "--noproxy", "*", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_a_check_that_goes_late_is_told_by_mail_and_by_webhook(
    serve: Callable[..., tuple[ServerProcess, str]], mailbox: Mailbox, hook: HttpServer, outside: Outside
) -> None:
    # given a new site with a mail address and a webhook, as its first words and its command make them
    server, root = serve()
    key = server.wait_for(r"Read-write key +(hgw_\S+)").group(1)
    for arguments in (
        ("--name", "Ops", "--kind", "email", "--value", "ops@example.org"),
        ("--name", "HttpServer", "--kind", "webhook", "--settings", json.dumps({
            "down": {"method": "POST", "url": f"{hook.url}/down/$CODE", "body": "$NAME is $STATUS"},
            "up": {"method": "POST", "url": f"{hook.url}/up/$CODE", "body": "$NAME is $STATUS"},
        })),
    ):  # fmt: skip
        heliograph(server, "contact", "create", "--project", "Main", *arguments)

    # when a check is made by the document's own line, told to all channels, and pinged
    check = json.loads(
        curl(
            f"{root}/api/v1/checks/", "--header", f"X-Api-Key: {key}",
            "--data", '{"name": "Backups", "tags": "prod www", "timeout": 3600, "grace": 60, "channels": "*"}',
        )
    )  # fmt: skip
    assert check["status"] == "new"
    assert curl(check["ping_url"]) == "OK"
    assert json.loads(curl(check["update_url"], "--header", f"X-Api-Key: {key}"))["status"] == "up"

    # and an hour and a minute pass without another ping
    uuid = check["ping_url"].rsplit("/", 1)[1]
    outside.backdate(uuid, 3661)

    # then people hear of it
    (mail,) = mailbox.wait_for(1)
    assert mail["Subject"] == "DOWN | Backups"
    assert mail["To"] == "ops@example.org"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "success signal did not arrive on time, grace time passed" in plain.get_content()
    assert mail.get_body(("html",)) is not None
    assert hook.wait_for(1) == [("POST", f"/down/{uuid}", "Backups is down")]
    assert json.loads(curl(check["update_url"], "--header", f"X-Api-Key: {key}"))["status"] == "down"

    # and when the job reports again, they hear of that too
    assert curl(check["ping_url"]) == "OK"
    assert mailbox.wait_for(2)[1]["Subject"] == "UP | Backups"
    assert hook.wait_for(2)[1] == ("POST", f"/up/{uuid}", "Backups is up")
    assert server.stop() == 0


def test_the_flip_carries_the_moment_that_it_was_due(
    serve: Callable[..., tuple[ServerProcess, str]], mailbox: Mailbox, outside: Outside
) -> None:
    server, root = serve()
    key = server.wait_for(r"Read-write key +(hgw_\S+)").group(1)
    ops = ("--name", "Ops", "--kind", "email", "--value", "a@example.org")
    heliograph(server, "contact", "create", "--project", "Main", *ops)
    body = '{"timeout": 60, "grace": 60, "channels": "*"}'
    check = json.loads(curl(f"{root}/api/v1/checks/", "--header", f"X-Api-Key: {key}", "--data", body))
    curl(check["ping_url"])

    outside.backdate(check["ping_url"].rsplit("/", 1)[1], 100_000)
    mailbox.wait_for(1)

    ((last_ping_at, flipped_at),) = outside.rows(
        "SELECT c.last_ping_at, f.at FROM checks c JOIN flips f ON f.watchable_id = c.watchable_id"
        " WHERE f.reason = 'timeout'"
    )
    assert flipped_at - last_ping_at in (120_000_000, timedelta(seconds=120))
