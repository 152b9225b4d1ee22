"""The command as people and scripts call it: a real process, one JSON object, plain refusals."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.channels.registry import channel_kinds
from app.web.first_words import first_words


@pytest.fixture
def heliograph(tmp_path: Path):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("HELIOGRAPH_")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            cwd=Path(__file__).parents[2],
            env=environment | {"HELIOGRAPH_DATA_DIR": str(tmp_path), "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_each_making_command_prints_one_json_object(heliograph) -> None:
    project = json.loads(heliograph("project", "create", "Ops", "--check-limit", "9", "--json").stdout)
    key = json.loads(heliograph("key", "create", "--project", "Ops", "--role", "read-only", "--json").stdout)
    user = json.loads(
        heliograph(
            "user", "create", "--project", project["project"]["id"], "--email", "a@example.org",
            "--password", "long enough", "--role", "viewer", "--json",
        ).stdout
    )  # fmt: skip
    contact = json.loads(
        heliograph(
            "contact", "create", "--project", "Ops", "--name", "Hook", "--kind", "webhook",
            "--value", "https://example.org/", "--settings", '{"down": {"method": "PUT"}}', "--json",
        ).stdout
    )  # fmt: skip

    assert project.keys() == {"project", "keys"}
    assert project["keys"].keys() == {"read_write", "read_only", "ping"}
    assert key["key"]["role"] == "read-only"
    assert key["key"]["secret"].startswith("hgr_")
    assert (user["user"]["email"], user["token"][:4]) == ("a@example.org", "hgr_")
    assert contact["channel"]["kind"] == "webhook"
    assert contact["contact"]["id"]


def test_without_json_the_same_is_printed_for_people(heliograph) -> None:
    printed = heliograph("project", "create", "Ops").stdout

    assert "project name: Ops" in printed
    assert "keys read_write: hgw_" in printed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("key", "create", "--project", "Nobody", "--role", "ping"), "There is no project 'Nobody'"),
        (("key", "create", "--project", "Nobody", "--role", "king"), "'king' is none of: read-write, read-only, ping."),
        (
            ("contact", "create", "--project", "x", "--name", "x", "--kind", "pigeon"),
            "There is no channel kind 'pigeon'; there are apprise, call, discord,",
        ),
        (("contact", "create", "--project", "x", "--name", "x", "--kind", "email", "--settings", "["), "is not JSON"),
    ],
)
def test_a_refusal_is_one_sentence_and_a_failed_exit(heliograph, arguments: tuple[str, ...], sentence: str) -> None:
    done = heliograph(*arguments)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_help_lists_the_kinds_of_channels(heliograph) -> None:
    shown = " ".join(heliograph("contact", "create", "--help").stdout.replace("│", " ").split())

    assert f"One of: {', '.join(channel_kinds())}." in shown


def test_the_schema_is_printed_as_it_is_kept(heliograph) -> None:
    kept = Path(__file__).parents[2] / "schema.graphql"

    assert heliograph("schema").stdout == kept.read_text()


def test_the_first_words_name_keys_and_urls() -> None:
    made = {
        "project": {"id": "project-id", "name": "Main"},
        "keys": {"read_write": "hgw_x", "read_only": "hgr_x", "ping": "pingkey"},
        "user": {"email": "a@example.org", "password": "secret", "token": "hgw_admin"},
        "check": {"id": "c", "name": "Demo", "ping_url": "http://h/ping/c"},
    }

    words = first_words("http://h", made)

    for part in (
        "Main, project-id",
        "http://h/graphql",
        "hgw_x",
        "hgr_x",
        "pingkey",
        "hgw_admin",
        "a@example.org",
        "secret",
        "curl http://h/ping/c",
    ):
        assert part in words
    assert "http://h/graphql" in first_words("http://h", None)
