"""Separate processes need what they can share (DESIGN section 4)."""

import pytest

from app.settings import Settings
from workers.separate import separate_process_refusal

POSTGRESQL, REDIS = "postgresql://127.0.0.1/heliograph", "redis://127.0.0.1"


def refusal(database_url: str, broker_url: str) -> str | None:
    return separate_process_refusal(Settings(_env_file=None, database_url=database_url, broker_url=broker_url))


@pytest.mark.parametrize("database_url", [POSTGRESQL, "postgres://127.0.0.1/heliograph"])
@pytest.mark.parametrize("broker_url", [REDIS, "rediss://127.0.0.1", "amqp://127.0.0.1"])
def test_what_can_be_shared_is_accepted(database_url: str, broker_url: str) -> None:
    assert refusal(database_url, broker_url) is None


@pytest.mark.parametrize("database_url", ["", "sqlite:///heliograph.sqlite3"])
def test_sqlite_is_refused_with_what_to_set(database_url: str) -> None:
    sentence = refusal(database_url, REDIS)

    assert sentence is not None
    assert "HELIOGRAPH_DATABASE_URL to postgresql://" in sentence
    assert "HELIOGRAPH_BROKER_URL" not in sentence


def test_a_broker_in_memory_is_refused_with_what_to_set() -> None:
    sentence = refusal(POSTGRESQL, "memory://")

    assert sentence is not None
    assert "HELIOGRAPH_BROKER_URL to redis://… or amqp://…" in sentence
    assert "HELIOGRAPH_DATABASE_URL" not in sentence


def test_both_are_named_together() -> None:
    sentence = refusal("", "memory://")

    assert sentence is not None
    assert "HELIOGRAPH_DATABASE_URL" in sentence
    assert "HELIOGRAPH_BROKER_URL" in sentence
