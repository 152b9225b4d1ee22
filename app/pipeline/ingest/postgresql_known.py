"""The checks that this process wrote last, and in which versions: most batches need not read them again."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.pipeline.ingest.batch import Found, PingedCheck
from app.pipeline.ingest.signal import CheckName

MOST_KNOWN = 20_000
"""Checks kept, at about a kilobyte each."""


@dataclass(slots=True)
class Known:
    """A check as this process left it. The versions are `xmin` of its rows in `checks`, `watchables` and `projects`."""

    check: PingedCheck
    check_version: int
    watchable_version: int
    project_version: int


class KnownChecks:
    """Checks by uuid; what is known may be outdated, which the statement that writes finds out."""

    def __init__(self) -> None:
        self._known: dict[CheckName, Known] = {}

    def all_of(self, names: Iterable[CheckName]) -> dict[CheckName, Known] | None:
        """Return what is known of these names; None unless it is all of them."""
        wanted = dict.fromkeys(names)
        if not wanted.keys() <= self._known.keys():
            return None
        return {name: self._known[name] for name in wanted}

    def learn(self, name: CheckName, known: Known) -> None:
        """Remember a check as it was written."""
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[name] = known

    def forget(self, names: Iterable[CheckName]) -> None:
        """Read these anew: they are outdated, or were changed in memory and not in the database."""
        for name in names:
            self._known.pop(name, None)


def found(known: dict[CheckName, Known]) -> dict[CheckName, Found]:
    """Return the known checks as a batch takes them."""
    return {name: Found([each.check]) for name, each in known.items()}


def versions(known: Iterable[Known]) -> list[tuple[int, int, int, int]]:
    """Return number and versions of each known check."""
    return [(each.check.id, each.check_version, each.watchable_version, each.project_version) for each in known]
