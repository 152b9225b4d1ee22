"""Location: a place that probes run from."""

from app.store.locations import LocationRecord
from graphql_api.fields import node_type, plain, stored
from graphql_api.nodes.node import Node


def _country(root: LocationRecord) -> str | None:
    return root.country or None


def _region(root: LocationRecord) -> str | None:
    return root.region or None


def _private(root: LocationRecord) -> bool:
    return root.project_id is not None


@node_type(LocationRecord, "A place that probes run from.")
class Location(Node):
    """Describes `LocationRecord`."""

    code: str = stored("What names it in settings; unique.")
    name: str = stored("What people call it.")
    country: str | None = plain(_country, "The country that it is in, when that is told.")
    region: str | None = plain(_region, "The part of the world that it is in, when that is told.")
    private: bool = plain(_private, "Whether it is of this project alone.")
