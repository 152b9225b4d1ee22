"""From which of its places a monitor is probed: those that one machine serves count as one (DESIGN section 3)."""

from collections.abc import Mapping, Sequence

BUILT_IN = "built-in"
"""The machine that serves every location without an agent of its own."""


def probed(location_ids: Sequence[int], machines: Mapping[int, str]) -> tuple[int, ...]:
    """Return the locations to probe from: of those that one machine serves, the first.

    `machines` names the machines of locations that have one of their own.
    """
    first: dict[str, int] = {}
    for location_id in location_ids:
        first.setdefault(machines.get(location_id, BUILT_IN), location_id)
    return tuple(first.values())
