"""References to what exists: global ids, slugs, unique keys."""

import strawberry

from app.errors import InvalidInput, NotFound
from app.ids import is_uuid, parse_global_id
from app.store.checks import CheckRef
from app.store.monitors import MonitorRef
from graphql_api.resolvers.nodes import is_check_name

LONGEST_SLUG = 100


def uuid_of(node_id: str, type_name: str, *path: str) -> str:
    """Return the uuid in a global id of this type; NotFound when it is another or none.

    Where the type is known, the bare uuid does as well: the command and the REST APIs print it.
    """
    if is_uuid(node_id):
        return node_id
    found = parse_global_id(node_id)
    if found is None or found[0] != type_name or not is_uuid(found[1]):
        raise NotFound(f"There is no such {type_name}.", path=path)
    return found[1]


def check_ref(node_id: str, *path: str) -> CheckRef:
    """Return the reference that a check's global id, uuid or unique key is; NotFound when it is none."""
    type_name, name = ("Check", node_id) if is_check_name(node_id) else parse_global_id(node_id) or ("", "")
    if type_name != "Check" or not is_check_name(name):
        raise NotFound("There is no such check.", path=path)
    return CheckRef(uuid=name) if is_uuid(name) else CheckRef(unique_key=name)


def monitor_ref(node_id: str, *path: str) -> MonitorRef:
    """Return the reference that a monitor's global id or uuid is; NotFound when it is none."""
    return MonitorRef(uuid=uuid_of(node_id, "Monitor", *path))


def watchable_ref(node_id: str) -> CheckRef | MonitorRef:
    """Return the reference that a global id of a check or monitor is; NotFound when it is none.

    A bare uuid or unique key is taken for that of a check.
    """
    return monitor_ref(node_id) if (parse_global_id(node_id) or ("",))[0] == "Monitor" else check_ref(node_id)


@strawberry.input(one_of=True, description="Names one check or monitor, by exactly one of its names.")
class WatchableRef:
    """Exactly one field is given."""

    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="Its global id.")
    slug: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its slug; CONFLICT when several have the same."
    )
    unique_key: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its unique key, which checks alone have."
    )
    number: int | None = strawberry.field(default=strawberry.UNSET, description="Its whole number.")

    @property
    def path(self) -> tuple[str, ...]:
        """Where the name stands in the arguments."""
        names = {"id": self.id, "slug": self.slug, "uniqueKey": self.unique_key, "number": self.number}
        return "by", next(name for name, value in names.items() if isinstance(value, str | int))

    def ref(self) -> CheckRef:
        """Return the reference to a check as the store takes it; NotFound for what can be no name."""
        if isinstance(self.id, str):
            return check_ref(self.id, *self.path)
        if self._is_slug:
            return CheckRef(slug=self.slug)
        if isinstance(self.number, int):
            return CheckRef(id=self.number)
        if isinstance(self.unique_key, str) and is_check_name(self.unique_key) and not is_uuid(self.unique_key):
            return CheckRef(unique_key=self.unique_key)
        raise NotFound("There is no such check.", path=self.path)

    def monitor(self) -> MonitorRef:
        """Return the reference to a monitor as the store takes it; NotFound for what can be no name."""
        if isinstance(self.id, str):
            return monitor_ref(self.id, *self.path)
        if self._is_slug:
            return MonitorRef(slug=self.slug)
        if isinstance(self.number, int):
            return MonitorRef(id=self.number)
        raise NotFound("There is no such monitor.", path=self.path)

    @property
    def _is_slug(self) -> bool:
        return isinstance(self.slug, str) and "\0" not in self.slug and len(self.slug) <= LONGEST_SLUG


MOST_IDS = 100
"""Ids that one call may name."""


def bounded(ids: list[strawberry.ID]) -> list[strawberry.ID]:
    """Return the ids; InvalidInput when they are too many."""
    if len(ids) > MOST_IDS:
        raise InvalidInput(f"At most {MOST_IDS} ids can be given.", path=("ids",))
    return ids
