"""Rocket.Chat: a message by an incoming webhook, which takes Slack's attachments."""

from app.channels.markup import UNESCAPABLE
from app.channels.slack_like import slack_like_kind

KIND = slack_like_kind("A message in Rocket.Chat, by an incoming webhook.", UNESCAPABLE)
