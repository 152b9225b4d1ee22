"""Names that this machine's own hosts file gives addresses to; the DNS does not know them."""

from pathlib import Path


class HostsFile:
    """The hosts file, read again when it has changed. A missing file names nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._addresses: dict[str, list[str]] = {}

    def addresses(self, name: str) -> list[str]:
        """Return the addresses of a name in lower case, in the order of the file."""
        try:
            status = self._path.stat()
            seen = (status.st_mtime_ns, status.st_size)
            if seen != self._read_at:
                self._addresses = parse_hosts(self._path.read_text(errors="replace"))
                self._read_at = seen
        except OSError:
            return []
        return self._addresses.get(name, [])


def parse_hosts(text: str) -> dict[str, list[str]]:
    """Return the addresses of each name in lower case; lines that say nothing are passed over."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        for name in names:
            known = found.setdefault(name.lower(), [])
            if address not in known:
                known.append(address)
    return found
