"""The tables as statements name them: `checks.c.grace` where a model would be `Check.grace`."""

from sqlalchemy import Table
from sqlmodel import SQLModel

import app.models

_tables = SQLModel.metadata.tables

alerts: Table = _tables[app.models.Alert.__tablename__]
api_keys: Table = _tables[app.models.ApiKey.__tablename__]
calls: Table = _tables[app.models.Call.__tablename__]
channels: Table = _tables[app.models.Channel.__tablename__]
checks: Table = _tables[app.models.Check.__tablename__]
contacts: Table = _tables[app.models.Contact.__tablename__]
flips: Table = _tables[app.models.Flip.__tablename__]
letters: Table = _tables[app.models.Letter.__tablename__]
locations: Table = _tables[app.models.Location.__tablename__]
memberships: Table = _tables[app.models.Membership.__tablename__]
monitor_locations: Table = _tables[app.models.MonitorLocation.__tablename__]
monitors: Table = _tables[app.models.Monitor.__tablename__]
notifications: Table = _tables[app.models.Notification.__tablename__]
outages: Table = _tables[app.models.Outage.__tablename__]
pings: Table = _tables[app.models.Ping.__tablename__]
projects: Table = _tables[app.models.Project.__tablename__]
rollups: Table = _tables[app.models.Rollup.__tablename__]
runs: Table = _tables[app.models.Run.__tablename__]
tags: Table = _tables[app.models.Tag.__tablename__]
templates: Table = _tables[app.models.Template.__tablename__]
token_buckets: Table = _tables[app.models.TokenBucket.__tablename__]
users: Table = _tables[app.models.User.__tablename__]
validations: Table = _tables[app.models.Validation.__tablename__]
variables: Table = _tables[app.models.Variable.__tablename__]
watchable_channels: Table = _tables[app.models.WatchableChannel.__tablename__]
watchable_contacts: Table = _tables[app.models.WatchableContact.__tablename__]
watchable_grants: Table = _tables[app.models.WatchableGrant.__tablename__]
watchable_tags: Table = _tables[app.models.WatchableTag.__tablename__]
watchables: Table = _tables[app.models.Watchable.__tablename__]
