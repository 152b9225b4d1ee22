"""Every kind of channel, found by itself, keeps the promises of `ChannelKind`.

A kind gives `example.py` beside its tests: `SETTINGS` that it accepts and the `SECRETS` in them.
"""

import json
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import ValidationError

import app.channels
from app.channels.message import AlertEvent, DeliveryError
from app.channels.registry import channel_kind, channel_kinds
from app.errors import InvalidInput
from tests.app.channels.facts import a_gateway, a_message, a_monitor_message

FOLDERS = sorted(path.parent.name for path in Path(app.channels.__path__[0]).glob("*/__init__.py"))
BOUNDS = {"string": "maxLength", "array": "maxItems", "object": "maxProperties"}


@pytest.fixture(params=FOLDERS)
def name(request):
    return request.param


@pytest.fixture
def kind(name):
    return channel_kind(name)


@pytest.fixture
def example(name):
    return import_module(f"tests.app.channels.{name}.example")


def test_the_kinds_are_the_folders():
    assert list(channel_kinds()) == FOLDERS
    assert {"email", "webhook"} <= set(FOLDERS)


def test_an_unknown_kind_is_invalid_input():
    with pytest.raises(InvalidInput) as caught:
        channel_kind("pigeon")
    assert caught.value.path == ("kind",)


def test_a_folder_without_a_kind_is_named(tmp_path, monkeypatch):
    (tmp_path / "halfdone").mkdir()
    (tmp_path / "halfdone" / "__init__.py").write_text("Settings = redacted = None")
    monkeypatch.setattr(app.channels, "__path__", [*app.channels.__path__, str(tmp_path)])
    with pytest.raises(TypeError, match="app/channels/halfdone has no KIND"):
        channel_kinds.__wrapped__()


def test_settings_survive_being_stored(kind, example):
    settings = kind.Settings.model_validate(example.SETTINGS)
    assert kind.Settings.model_validate_json(settings.model_dump_json()) == settings


def test_an_unknown_setting_is_refused(kind, example):
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        kind.Settings.model_validate(example.SETTINGS | {"nonsense": 1})


def test_a_refusal_repeats_no_secret(kind, example):
    with pytest.raises(ValidationError) as caught:
        kind.Settings.model_validate(example.SETTINGS | {"nonsense": ["s3cret"]})
    assert [secret for secret in (*example.SECRETS, "s3cret") if secret in str(caught.value)] == []


def test_every_setting_is_bounded(kind):
    schema = kind.Settings.model_json_schema()
    nodes = list(_nodes(schema))
    assert any(node.get("type") == "string" for node in nodes)
    unbounded = [node for node in nodes if not _bounded(node)]
    assert unbounded == []


def test_no_secret_is_shown(kind, example):
    settings = kind.Settings.model_validate(example.SETTINGS)
    shown = json.dumps(kind.redacted(settings)) + repr(settings)
    assert [secret for secret in example.SECRETS if secret in shown] == []


def test_every_event_is_decided_and_a_test_is_never_kept_back(kind, example):
    settings = kind.Settings.model_validate(example.SETTINGS)
    assert {kind.is_noop(settings, event) for event in AlertEvent} <= {True, False}
    assert kind.is_noop(settings, AlertEvent.TEST) is False


@pytest.mark.parametrize("about", [a_message, a_monitor_message], ids=["check", "monitor"])
@pytest.mark.parametrize("event", AlertEvent)
async def test_what_cannot_be_delivered_is_a_delivery_error(kind, example, event, about):
    settings = kind.Settings.model_validate(example.SETTINGS)
    with pytest.raises(DeliveryError) as caught:
        await kind.send(settings, about(event), a_gateway(allow_private=False))
    text = str(caught.value)
    assert 0 < len(text) <= 200
    assert [secret for secret in example.SECRETS if secret in text] == []


def _nodes(schema):
    """Yield every schema of a value, wherever it stands."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _nodes(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _nodes(value)


def _bounded(node):
    kind = node.get("type")
    if not isinstance(kind, str) or kind not in BOUNDS or "enum" in node or "const" in node:
        return True
    return BOUNDS[kind] in node or node.get("additionalProperties") is False
