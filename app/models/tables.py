"""The tables as statements name them: `checks.c.grace` where a model would be `Check.grace`."""

from sqlalchemy import Table
from sqlmodel import SQLModel

import app.models

_tables = SQLModel.metadata.tables

api_keys: Table = _tables[app.models.ApiKey.__tablename__]
channels: Table = _tables[app.models.Channel.__tablename__]
checks: Table = _tables[app.models.Check.__tablename__]
contacts: Table = _tables[app.models.Contact.__tablename__]
flips: Table = _tables[app.models.Flip.__tablename__]
letters: Table = _tables[app.models.Letter.__tablename__]
memberships: Table = _tables[app.models.Membership.__tablename__]
notifications: Table = _tables[app.models.Notification.__tablename__]
pings: Table = _tables[app.models.Ping.__tablename__]
projects: Table = _tables[app.models.Project.__tablename__]
tags: Table = _tables[app.models.Tag.__tablename__]
token_buckets: Table = _tables[app.models.TokenBucket.__tablename__]
users: Table = _tables[app.models.User.__tablename__]
watchable_channels: Table = _tables[app.models.WatchableChannel.__tablename__]
watchable_contacts: Table = _tables[app.models.WatchableContact.__tablename__]
watchable_tags: Table = _tables[app.models.WatchableTag.__tablename__]
watchables: Table = _tables[app.models.Watchable.__tablename__]
