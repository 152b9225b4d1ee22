"""What a child process may do: nothing but compute."""

import os
import subprocess
from pathlib import Path

from app.scripting import child, process


def limits(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): line[26:].split()[1] for line in lines}


async def started() -> process.Child:
    """A child that has answered, so that it has shut itself in."""
    found = await process.Child.start()
    try:
        await found.ask(child.Ask.NEXT, 1, b"{}", wall=60)
    except process.EngineLost:
        return found
    raise AssertionError


async def test_a_child_can_open_no_file_and_start_no_process():
    found = await started()

    hard = limits(found._process.pid)
    await found.kill()

    assert hard["Max open files"] == "3"
    assert hard["Max processes"] == "0"
    assert hard["Max file size"] == "0"
    assert hard["Max core file size"] == "0"
    assert int(hard["Max address space"]) == 512 * 2**20


async def test_a_child_inherits_nothing():
    secret = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(secret, True)  # noqa: FBT003
    found = await started()

    folder = Path(f"/proc/{found._process.pid}")
    environment = (folder / "environ").read_bytes()
    descriptors = sorted(int(entry.name) for entry in (folder / "fd").iterdir())
    own_group = os.getpgid(found._process.pid)
    await found.kill()
    os.close(secret)

    assert environment.rstrip(b"\0") == b"TZ=UTC"
    assert descriptors == [0, 1, 2]
    assert own_group == found._process.pid


def test_a_child_ends_when_its_parent_is_gone():
    ended = subprocess.run(process._command(), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)

    assert (ended.returncode, ended.stdout) == (0, b"")


def test_a_child_loads_neither_the_house_nor_its_packages():
    command = [*process._command()]
    command[command.index(str(Path(child.__file__)))] = "-c"
    program = "import runpy, sys; sys.argv = ['-c', sys.argv[1]]; import resource\n"
    program += f"runpy.run_path({child.__file__!r}, run_name='__main__'); print(*sorted(sys.modules))"
    command.insert(command.index("-c") + 1, program)

    loaded = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True)

    modules = loaded.stdout.split()
    assert "_quickjs" in modules
    assert not {"app", "quickjs", "threading", "asyncio", "socket", "subprocess", "site"} & set(modules)
