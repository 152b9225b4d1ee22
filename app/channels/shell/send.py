"""Running a command: by the system's shell, in a process group of its own, with a deadline, and without our secrets."""

import asyncio
import os
import shlex
import signal
from contextlib import suppress

from app.channels.gateway import Gateway
from app.channels.message import AlertMessage, DeliveryError
from app.channels.placeholders import expand, plain_values
from app.channels.shell.settings import Settings, chosen_command

DEADLINE_SECONDS = 30.0
MAX_COMMAND_CHARACTERS = 32_000
OFF = "Shell channels are off on this server: HELIOGRAPH_SHELL_CHANNELS=true lets them run"

_OUR_VARIABLES = "HELIOGRAPH_"


def lacking(gateway: Gateway) -> str:
    """Say that commands may not be run; empty when they may."""
    return "" if gateway.shell_allowed else OFF


async def send(settings: Settings, message: AlertMessage, gateway: Gateway) -> None:
    """Run the command of this event; nothing happens if it has none (`is_noop`). What it prints is dropped."""
    if lacking(gateway):
        raise DeliveryError(lacking(gateway))
    chosen = chosen_command(settings, message.event)
    if chosen is None:
        return
    code = await _run(rendered(*chosen, message))
    if code < 0:
        raise DeliveryError(f"The command was killed by signal {-code}")
    if code > 0:
        raise DeliveryError(f"The command returned exit code {code}")


def rendered(command: str, status: str, message: AlertMessage) -> str:
    """Fill in the placeholders; what people chose (name, tags) is quoted, each as one word of the shell."""
    values = plain_values(message, status)
    quoted = {name: value if name in _SAFE else shlex.quote(value) for name, value in values.items()}
    return expand(command, quoted, MAX_COMMAND_CHARACTERS)


_SAFE = frozenset({"$CODE", "$STATUS", "$NOW"})


async def _run(command: str) -> int:
    """Run a command to its end, or kill it and what it started at the deadline; return its exit code."""
    process = await _started(command)
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await process.wait()
    except TimeoutError:
        raise DeliveryError("The command timed out") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _started(command: str) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OUR_VARIABLES)}
    nowhere = asyncio.subprocess.DEVNULL
    try:
        return await asyncio.create_subprocess_shell(
            command, stdin=nowhere, stdout=nowhere, stderr=nowhere, env=environment, start_new_session=True
        )
    except (OSError, ValueError) as error:
        # A name may hold what no command line can carry.
        raise DeliveryError(f"The command cannot be run: {type(error).__name__}") from None
