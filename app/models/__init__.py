"""The tables, one class a file."""

from app.models.alert import Alert
from app.models.api_key import ApiKey
from app.models.assignment import WatchableChannel, WatchableContact
from app.models.call import Call
from app.models.channel import Channel
from app.models.check import Check
from app.models.contact import Contact
from app.models.flip import Flip
from app.models.letter import Letter, LetterKind
from app.models.location import Location
from app.models.membership import Membership
from app.models.monitor import Monitor
from app.models.monitor_location import MonitorLocation
from app.models.notification import Notification, NotificationState
from app.models.outage import Outage
from app.models.ping import Ping
from app.models.project import Project
from app.models.rollup import Rollup
from app.models.run import Run
from app.models.tag import Tag, WatchableTag
from app.models.template import Template
from app.models.token_bucket import TokenBucket
from app.models.user import User
from app.models.validation import Validation
from app.models.variable import Variable
from app.models.watchable import Watchable, WatchableKind
from app.models.watchable_grant import WatchableGrant

__all__ = [
    "Alert",
    "ApiKey",
    "Call",
    "Channel",
    "Check",
    "Contact",
    "Flip",
    "Letter",
    "LetterKind",
    "Location",
    "Membership",
    "Monitor",
    "MonitorLocation",
    "Notification",
    "NotificationState",
    "Outage",
    "Ping",
    "Project",
    "Rollup",
    "Run",
    "Tag",
    "Template",
    "TokenBucket",
    "User",
    "Validation",
    "Variable",
    "Watchable",
    "WatchableChannel",
    "WatchableContact",
    "WatchableGrant",
    "WatchableKind",
    "WatchableTag",
]
