"""Slack: a message by an incoming webhook (docs.slack.dev, sending messages using incoming webhooks)."""

from app.channels.markup import SLACK
from app.channels.slack_like import slack_like_kind

KIND = slack_like_kind("A message in Slack, by an incoming webhook.", SLACK)
