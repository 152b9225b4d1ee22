"""The tables, one class a file."""

from app.models.api_key import ApiKey
from app.models.assignment import WatchableChannel, WatchableContact
from app.models.channel import Channel
from app.models.check import Check
from app.models.contact import Contact
from app.models.flip import Flip
from app.models.letter import Letter, LetterKind
from app.models.membership import Membership
from app.models.notification import Notification, NotificationState
from app.models.ping import Ping
from app.models.project import Project
from app.models.tag import Tag, WatchableTag
from app.models.token_bucket import TokenBucket
from app.models.user import User
from app.models.watchable import Watchable, WatchableKind

__all__ = [
    "ApiKey",
    "Channel",
    "Check",
    "Contact",
    "Flip",
    "Letter",
    "LetterKind",
    "Membership",
    "Notification",
    "NotificationState",
    "Ping",
    "Project",
    "Tag",
    "TokenBucket",
    "User",
    "Watchable",
    "WatchableChannel",
    "WatchableContact",
    "WatchableKind",
    "WatchableTag",
]
