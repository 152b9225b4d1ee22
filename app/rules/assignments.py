"""Who is assigned, when somebody names single channels and others think in contacts."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from app.errors import InvalidInput


def identified_channels(identifiers: str, known: Mapping[int, tuple[str, str]]) -> set[int]:
    """Return the channels that a comma-separated text of uuids or exact names means.

    `known` gives uuid and name by number. `*` is all, an empty text none (specs/healthchecks.md section 6); raises
    InvalidInput for an empty, unknown or ambiguous item.
    """
    if identifiers == "*":
        return set(known)
    return {_identified(item, known) for item in dict.fromkeys(identifiers.split(","))} if identifiers else set()


def _identified(item: str, known: Mapping[int, tuple[str, str]]) -> int:
    if not item:
        raise InvalidInput("empty channel identifier", path=("channels",))
    by_uuid = [number for number, (uuid, _) in known.items() if uuid == item]
    matches = by_uuid or [number for number, (_, name) in known.items() if name == item]
    if not matches:
        raise InvalidInput(f"invalid channel identifier: {item}", path=("channels",))
    if len(matches) > 1:
        raise InvalidInput(f"non-unique channel identifier: {item}", path=("channels",))
    return matches[0]


def kept_contacts(wanted: AbstractSet[int], assigned: Mapping[int, AbstractSet[int]]) -> set[int]:
    """Return which assigned contacts may stay when exactly the wanted channels are to be told.

    `assigned` gives the channels of each assigned contact. A contact stays when it has channels and all of them are
    wanted, so that a channel added to it later is told as well.
    """
    return {contact for contact, own in assigned.items() if own and own <= wanted}
