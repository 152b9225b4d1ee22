"""The management API of Healthchecks, one row an endpoint (specs/healthchecks.md sections 5 and 7)."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from app.security.roles import Role
from app.site import Site
from graphql_api.resolvers import badges, checks, contacts, history
from rest_compat.healthchecks import descriptions as says
from rest_compat.healthchecks import wire
from rest_compat.healthchecks.arguments import Arguments
from rest_compat.healthchecks.dialect import HealthchecksDialect
from rest_compat.healthchecks.service import SERVICE, ServiceDialect
from rest_compat.healthchecks.wire import Wire
from rest_compat.routing import Dialect, Route, endpoints, no_arguments, slash_redirects

PREFIXES = ("", "/healthchecks")
"""Where the API stands: at the site's root and under a root of its own."""
VERSIONS = (1, 2, 3)
"""The versions of the API that are served."""

READER = Role.VIEWER
"""What is enough to read."""


def table(version: int) -> tuple[Route, ...]:
    """Return the endpoints of one version that ask for a key."""
    to = Arguments(version)
    as_ = Wire(version)
    create, update = says.create(version), says.update(version)
    return (
        Route("GET", "/checks/", checks.check_list, to.filters, as_.checks, says.CHECKS, READER),
        Route("POST", "/checks/", checks.check_create, to.creation, as_.made, create, status=wire.made_status),
        Route("GET", "/checks/{uuid}", checks.check_get, to.ref, as_.check, says.CHECK, READER),
        Route("POST", "/checks/{uuid}", checks.check_update, to.update, as_.check, update),
        Route("DELETE", "/checks/{uuid}", checks.check_delete, to.ref, as_.check, says.DELETE),
        Route("GET", "/checks/{unique_key}", checks.check_get, to.ref, as_.check, says.CHECK_BY_UNIQUE_KEY, READER),
        Route("POST", "/checks/{uuid}/pause", checks.check_pause, to.ref, as_.check, says.PAUSE),
        Route("POST", "/checks/{uuid}/resume", checks.check_resume, to.ref, as_.check, says.RESUME),
        Route("GET", "/checks/{uuid}/pings/", history.ping_log, to.ref, as_.pings, says.PINGS),
        Route("GET", "/checks/{uuid}/pings/{n}/body", history.ping_body, to.ping_number, wire.body, says.PING_BODY),
        Route("GET", "/checks/{uuid}/flips/", history.flip_list, to.span, wire.flips, says.FLIPS, READER),
        Route("GET", "/checks/{unique_key}/flips/", history.flip_list, to.span, wire.flips, says.FLIPS, READER),
        Route("GET", "/channels/", contacts.channel_list, no_arguments, wire.channels, says.CHANNELS),
        Route("GET", "/badges/", badges.badge_list, no_arguments, wire.badges, says.BADGES, READER),
    )


def documented(version: int) -> tuple[Route, ...]:
    """Return all endpoints of one version."""
    return *table(version), *SERVICE


def healthchecks_routes(site: Site) -> list[BaseRoute]:
    """Return every route of the management API."""
    return [
        route
        for version in VERSIONS
        for rows, dialect in ((table(version), HealthchecksDialect(site)), (SERVICE, ServiceDialect(site)))
        for route in _served(site, rows, dialect, f"/api/v{version}")
    ]


def _served(site: Site, rows: Sequence[Route], dialect: Dialect, base: str) -> list[BaseRoute]:
    return [
        *endpoints(site, rows, dialect, prefixes=PREFIXES, base=base),
        *slash_redirects(rows, dialect, prefixes=PREFIXES, base=base),
    ]
