"""Contract tests talk to the APIs as their documents say."""

from tests.rest_compat.healthchecks.fixtures import *  # noqa: F403 - fixtures are taken by name
