"""Mattermost: a message by an incoming webhook, which takes Slack's attachments and reads them as Markdown."""

from app.channels.markup import MARKDOWN
from app.channels.slack_like import slack_like_kind

KIND = slack_like_kind("A message in Mattermost, by an incoming webhook.", MARKDOWN)
