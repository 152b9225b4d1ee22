"""Node: whatever has a global id."""

from typing import Any

import strawberry

from app.ids import global_id
from app.store.alerts import AlertRecord
from app.store.calls import CallRecord
from app.store.channels import ChannelRecord, ContactRecord
from app.store.history import FlipRecord
from app.store.keys import KeyRecord
from app.store.locations import LocationRecord
from app.store.monitors import MonitorRecord
from app.store.notifications import NotificationRecord
from app.store.outages import OutageRecord
from app.store.projects import ProjectRecord
from app.store.runs import RunRecord
from app.store.tags import TagRecord
from app.store.templates import TemplateRecord, ValidationRecord
from app.store.users import UserRecord
from app.store.variables import VariableRecord
from graphql_api.fields import plain

_NAMES = {
    ProjectRecord: "Project",
    FlipRecord: "Flip",
    TagRecord: "Tag",
    ContactRecord: "Contact",
    ChannelRecord: "Channel",
    NotificationRecord: "Notification",
    KeyRecord: "ApiKey",
    UserRecord: "User",
    MonitorRecord: "Monitor",
    TemplateRecord: "Template",
    ValidationRecord: "Validation",
    RunRecord: "Run",
    CallRecord: "Call",
    LocationRecord: "Location",
    VariableRecord: "Variable",
    OutageRecord: "Outage",
    AlertRecord: "Alert",
}


def node_id(root: Any) -> strawberry.ID:
    """Return the global id of a record that is named by its uuid alone, or, of runs and calls, by its number."""
    name = str(root.id) if isinstance(root, RunRecord | CallRecord) else root.uuid
    return strawberry.ID(global_id(_NAMES[type(root)], name))


@strawberry.interface(description="Whatever has a global id, by which `node` finds it again.")
class Node:
    """Checks and pings have ids of their own making; runs and calls are named by number, all else by its uuid."""

    id: strawberry.ID = plain(node_id, "Global id: opaque, and stable for as long as the node lives.")
