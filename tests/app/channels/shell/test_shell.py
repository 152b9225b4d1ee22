"""Commands run with placeholders filled in, safely quoted, bounded in time, and only where they are allowed."""

import asyncio
import shlex
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.channels.message import AlertEvent, DeliveryError
from app.channels.shell import KIND
from app.channels.shell.send import OFF, rendered, send
from app.channels.shell.settings import Settings
from tests.app.channels.facts import UUID, a_gateway, a_message

shell = import_module("app.channels.shell.send")  # the package has a function of that name
ALLOWED = a_gateway(shell_allowed=True)


async def printed(tmp_path: Path, command: str, message=None) -> str:
    """Run a command for down, and return what it wrote to its standard output."""
    file = tmp_path / "printed"
    await send(Settings(down=f"({command}) > {shlex.quote(str(file))}"), message or a_message(), ALLOWED)
    return file.read_text()


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("echo $CODE $STATUS $NOW", f"{UUID} down 2026-03-01T12:00:30+00:00"),
        ("echo $NAME", "Nightly backup"),
        ("echo $TAGS,$TAG1,$TAG2", "prod db,prod,db"),
        ("TAG3=none; echo $TAG3", "none"),
        ("echo a | tr a b && echo c", "b\nc"),
    ],
)
async def test_the_shell_runs_the_command_with_its_placeholders(tmp_path, command, text):
    assert await printed(tmp_path, command) == f"{text}\n"


@pytest.mark.parametrize("name", ["$(touch x)", "`id`; rm -rf .", 'it\'s | "odd"\n&', "$NAME $TAG1", ""])
async def test_a_name_is_one_word_that_runs_nothing(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    message = a_message(name=name, tags=(name or "x",))

    assert await printed(tmp_path, "printf '%s|%s' $NAME $TAG1", message) == f"{name}|{name or 'x'}"
    assert [path.name for path in tmp_path.iterdir()] == ["printed"]


@given(st.text(max_size=30), st.lists(st.text(min_size=1, max_size=9), max_size=3))
def test_what_people_chose_reads_as_whole_words(name, tags):
    command = rendered("echo $NAME $TAGS", "down", a_message(name=name, tags=tuple(tags)))

    assert shlex.split(command) == ["echo", name, " ".join(tags)]


@pytest.mark.parametrize(
    ("event", "ran"),
    [(AlertEvent.DOWN, "down down"), (AlertEvent.REMINDER, "down down"), (AlertEvent.UP, "up up"),
     (AlertEvent.TEST, "down down")],
)  # fmt: skip
async def test_each_event_has_its_command(tmp_path, event, ran):
    file = tmp_path / "ran"
    settings = Settings(down=f"echo down $STATUS > {file}", up=f"echo up $STATUS > {file}")

    await send(settings, a_message(event), ALLOWED)

    assert file.read_text().strip() == ran


def test_an_event_without_a_command_is_kept_still_about():
    down, up = Settings(down="true"), Settings(up="true")

    assert [KIND.is_noop(down, event) for event in (AlertEvent.DOWN, AlertEvent.UP)] == [False, True]
    assert [KIND.is_noop(up, event) for event in (AlertEvent.DOWN, AlertEvent.REMINDER, AlertEvent.UP)] == [
        True,
        True,
        False,
    ]
    assert KIND.is_noop(up, AlertEvent.TEST) is False


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("exit 3", "The command returned exit code 3"),
        ("no-such-program-here", "The command returned exit code 127"),
        ("kill -9 $$", "The command was killed by signal 9"),
    ],
)
async def test_a_failed_command_says_how_it_ended(command, error):
    with pytest.raises(DeliveryError) as caught:
        await send(Settings(down=command), a_message(), ALLOWED)
    assert (str(caught.value), caught.value.permanent) == (error, False)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - the other process sets no event of ours
            await asyncio.sleep(0.01)


def ended(pid: int) -> bool:
    """Tell whether a process runs no more: it is gone, or whoever should reap it has not done so yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.fixture
def child(tmp_path) -> Path:
    """Where `lasting` writes the number of what it started."""
    return tmp_path / "child"


def lasting(child: Path) -> Settings:
    return Settings(down=f"sleep 1000 & echo $! > {child}.new; mv {child}.new {child}; wait")


async def test_what_runs_too_long_is_killed_with_all_that_it_started(child, monkeypatch):
    started = shell._started

    async def start_and_wait(command):
        process = await started(command)
        await until(child.exists)
        return process

    monkeypatch.setattr(shell, "_started", start_and_wait)
    monkeypatch.setattr(shell, "DEADLINE_SECONDS", 0.01)

    with pytest.raises(DeliveryError, match="timed out"):
        await send(lasting(child), a_message(), ALLOWED)

    await until(lambda: ended(int(child.read_text())))


async def test_what_is_cut_short_is_killed(child):
    running = asyncio.create_task(send(lasting(child), a_message(), ALLOWED))
    await until(child.exists)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    await until(lambda: ended(int(child.read_text())))


async def test_output_without_end_goes_nowhere():
    await send(Settings(down="head -c 5000000 /dev/zero; cat"), a_message(), ALLOWED)


async def test_the_command_sees_its_surroundings_and_none_of_our_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("HELIOGRAPH_SECRET_KEY", "s3cret")
    monkeypatch.setenv("ELSEWHERE", "seen")

    text = await printed(tmp_path, "env")

    assert "ELSEWHERE=seen" in text
    assert "s3cret" not in text


async def test_where_commands_are_not_allowed_nothing_runs(tmp_path):
    file = tmp_path / "ran"

    with pytest.raises(DeliveryError) as caught:
        await send(Settings(down=f"touch {file}"), a_message(), a_gateway())

    assert str(caught.value) == OFF
    assert not file.exists()
    assert (KIND.unavailable(a_gateway()), KIND.unavailable(ALLOWED)) == (OFF, "")


async def test_what_no_command_line_can_carry_is_a_failed_delivery():
    with pytest.raises(DeliveryError, match="cannot be run"):
        await send(Settings(down="echo $NAME"), a_message(name="a\0b"), ALLOWED)


@pytest.mark.parametrize("given", [{}, {"down": "", "up": " "}, {"down": "a\0"}, {"up": "x" * 1001}], ids=range(4))
def test_what_runs_nothing_is_refused(given):
    with pytest.raises(ValidationError):
        Settings(**given)


def test_the_command_line_gives_the_command_for_down():
    assert KIND.from_value("logger x", {}) == {"down": "logger x"}
    assert KIND.from_value("", {"up": "logger x"}) == {"up": "logger x"}
