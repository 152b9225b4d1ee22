"""Apprise is let to known services alone, within a deadline, and its secrets stay with it."""

import logging
import re
import subprocess
import sys
from importlib import import_module
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from app.channels.apprise import KIND
from app.channels.apprise.services import OWN_KINDS, SERVICES
from app.channels.apprise.settings import Settings
from app.channels.message import AlertEvent, DeliveryError
from app.channels.registry import channel_kinds
from tests.app.channels.apprise.example import KEY, SETTINGS
from tests.app.channels.facts import a_gateway, a_message
from tests.app.receiver import SILENCE, Receiver, answer

sending = import_module("app.channels.apprise.send")  # the package has a function of that name
PROWL = Settings(url=f"prowl://{KEY}")


@pytest.fixture
def prowl(monkeypatch):
    """Let the service of the test stand where Prowl's would."""
    plugin = sending._plugin_class("prowl")

    def stand(receiver: Receiver) -> None:
        monkeypatch.setattr(plugin, "notify_url", f"{receiver.url}/publicapi/add")

    return stand


async def test_the_service_is_told_what_happened(prowl):
    async with Receiver() as receiver:
        prowl(receiver)
        await KIND.send(PROWL, a_message(), a_gateway())

    [request] = receiver.requests
    told = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert (request.method, request.target) == ("POST", "/publicapi/add")
    assert (told["apikey"], told["application"]) == (KEY, "Heliograph")
    assert told["event"] == "DOWN | Nightly backup"
    assert "received a failure signal" in told["description"] or "did not arrive on time" in told["description"]


@pytest.mark.parametrize(("status", "error"), [(401, "Received status code 401"), (500, "Received status code 500")])
async def test_a_refusal_is_told_by_its_status_alone(prowl, status, error, caplog):
    caplog.set_level(logging.DEBUG)
    async with Receiver([answer(status, KEY.encode())]) as receiver:
        prowl(receiver)
        with pytest.raises(DeliveryError) as caught:
            await KIND.send(PROWL, a_message(), a_gateway())

    assert (str(caught.value), caught.value.permanent) == (error, False)
    assert KEY not in caplog.text


async def test_who_does_not_answer_is_given_up(prowl, monkeypatch, caplog):
    monkeypatch.setattr(sending, "_READ_SECONDS", 0.1)
    async with Receiver([SILENCE]) as receiver:
        prowl(receiver)
        with pytest.raises(DeliveryError, match="did not take the message"):
            await KIND.send(Settings(**SETTINGS), a_message(AlertEvent.UP), a_gateway())
    assert KEY not in caplog.text


async def test_nobody_waits_longer_than_the_deadline(prowl, monkeypatch):
    monkeypatch.setattr(sending, "DEADLINE_SECONDS", 0.05)
    async with Receiver([SILENCE]) as receiver:
        prowl(receiver)
        with pytest.raises(DeliveryError, match="Connection timed out"):
            await KIND.send(PROWL, a_message(), a_gateway())


async def test_a_url_that_the_service_cannot_use_is_a_failed_delivery():
    with pytest.raises(DeliveryError, match="not what apprise needs for prowl://"):
        await KIND.send(Settings(url="prowl://short"), a_message(), a_gateway())


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_a_plugin_that_sends_to_a_host_of_its_own_over_tls(service):
    plugin = sending._plugin_class(service)
    named = [plugin.protocol, plugin.secure_protocol]
    assert service in [each for names in named for each in ([names] if isinstance(names, str) else names or ())]
    assert not any("{host}" in template for template in plugin.templates)
    urls = [getattr(plugin, name, "") or "" for name in ("notify_url", "api_url")]
    assert any(re.match(r"(https|\{schema\})://[a-z0-9.-]+(/|$)", url) for url in urls)


def test_what_has_a_kind_of_its_own_names_it():
    assert set(OWN_KINDS.values()) <= set(channel_kinds())
    assert not OWN_KINDS.keys() & SERVICES.keys()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("json://10.0.0.1/hook", "Use the kind webhook instead of json://"),
        ("mailto://user:secret@example.org", "Use the kind email"),
        ("SLACK://a/b/c", "Use the kind slack"),
        ("mqtt://broker.local/topic", "must begin with one of: brevo, bulksms"),
        ("psafer://secret", "must begin with one of"),
        ("syslog://", "must begin with one of"),
        ("nonsense", "must begin with one of"),
    ],
)
def test_every_other_service_is_refused_with_what_to_use(url, said):
    with pytest.raises(ValidationError, match=said) as caught:
        Settings(url=url)
    assert "secret" not in str(caught.value)


def test_apprise_is_loaded_on_first_use_only():
    script = """
import sys
from app.channels.registry import channel_kind
channel_kind("apprise").Settings(url="prowl://x")
assert not [name for name in sys.modules if name.split(".")[0] in ("apprise", "requests")]
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
