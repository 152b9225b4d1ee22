"""Pings by mail and bounces, with the real server and real mail."""

import json
import smtplib
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from tests.e2e.database import Outside
from tests.e2e.mailbox import Mailbox
from tests.e2e.server import ServerProcess, heliograph
from tests.e2e.test_main_job import curl
from tests.workers.servers import free_port

DOMAIN = "ping.example.org"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mail_is_a_ping_and_a_bounce_silences_its_channel(
    serve: Callable[..., tuple[ServerProcess, str]], mailbox: Mailbox, outside: Outside
) -> None:
    # given a server that takes mail, and a check that looks for words in it
    port = free_port()
    taken = {"ping_smtp_port": str(port), "ping_email_domain": DOMAIN, "mail_bounce_domain": DOMAIN}
    server, root = serve(**taken)
    key = server.wait_for(r"Read-write key +(hgw_\S+)").group(1)
    ops = ("--name", "Ops", "--kind", "email", "--value", "ops@example.org")
    heliograph(server, "contact", "create", "--project", "Main", *ops)
    wanted = {"name": "Backups", "failure_kw": "failed", "success_kw": "done", "filter_subject": True, "channels": "*"}
    check = json.loads(curl(f"{root}/api/v3/checks/", "--header", f"X-Api-Key: {key}", "--data", json.dumps(wanted)))
    pings = f"{check['update_url']}/pings/"

    # when its job mails that it failed
    mail = EmailMessage()
    mail["Subject"] = "Zálohy: failed"
    mail.set_content("The disk is full.")
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(mail, "job@example.org", [f"{check['uuid']}@{DOMAIN}"])

    # then the check is down, and an alert brings the mail
    [ping] = json.loads(curl(pings, "--header", f"X-Api-Key: {key}"))["pings"]
    assert (ping["type"], ping["scheme"], ping["method"]) == ("fail", "email", "")
    assert (ping["ua"], ping["remote_addr"]) == ("Email from job@example.org", "127.0.0.1")
    [alert] = mailbox.wait_for(1)
    assert alert["Subject"] == "DOWN | Backups"
    [attached] = alert.iter_attachments()
    assert attached.get_filename() == "last-ping.eml"
    assert b"The disk is full." in attached.get_content()

    # and when the alert comes back, nothing more is sent that way
    bounce = (
        "Subject: Undelivered\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 No such user\r\n--b--\r\n"
    )
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("", [mailbox.senders[0]], bounce)
    ((disabled, error),) = outside.rows("SELECT disabled, last_error FROM channels")
    assert (bool(disabled), error) == (True, "The mail bounced with status 5.1.1 smtp; 550 No such user")
    assert server.stop() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"ping_smtp_port": "{taken}", "ping_email_domain": DOMAIN}, "Set another HELIOGRAPH_PING_SMTP_PORT."),
        ({"ping_smtp_port": "{taken}"}, "HELIOGRAPH_PING_EMAIL_DOMAIN: must be set together with"),
    ],
    ids=["taken port", "no domain"],
)
def test_what_is_wrong_is_said_at_the_start(
    start: Callable[..., ServerProcess], mailbox: Mailbox, settings: dict[str, str], sentence: str
) -> None:
    taken = mailbox.url.rsplit(":", 1)[1]
    server = start("serve", "--port", "0", **{name: value.format(taken=taken) for name, value in settings.items()})
    assert server.ended() == 1
    assert sentence in "".join(server.lines)
