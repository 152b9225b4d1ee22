"""The API of API Science, one row an endpoint (specs/apiscience.md sections 5 to 13)."""

from dataclasses import replace

from starlette.routing import BaseRoute

from app.security.roles import Role
from app.site import Site
from graphql_api.resolvers import monitors, runs, single_contacts, templates, trials, variables
from graphql_api.resolvers import reports as report_resolvers
from rest_compat.apiscience import arguments as to
from rest_compat.apiscience import checks, contacts, reports, wire
from rest_compat.apiscience import contact_descriptions as says_of_contacts
from rest_compat.apiscience import descriptions as says
from rest_compat.apiscience import result_descriptions as says_of_results
from rest_compat.apiscience.dialect import ApiScienceDialect, UnknownPath
from rest_compat.routing import Route, endpoints, no_arguments

PREFIXES = ("", "/apiscience")
"""Where the API stands: at the site's root and under a root of its own."""
BASES = ("/v1", "")
"""What stands behind the prefix: several of the document's addresses lack the version."""

READER = Role.VIEWER
"""What is enough to read, and to test."""


def created(_result: object) -> int:
    """Return the status of what was created."""
    return 201


MONITORS = (
    Route("GET", "/monitors", monitors.monitor_part, to.filters, wire.monitor_list, says.MONITORS, READER),
    Route("POST", "/monitors", monitors.monitor_create, to.new_monitor, wire.monitor, says.NEW_MONITOR, status=created),
    Route("PATCH", "/monitors", monitors.monitor_update_all, to.mass_change, wire.monitors, says.MASS_CHANGE),
    Route("GET", "/monitors/{monitor}", monitors.monitor_get, to.monitor, wire.monitor, says.MONITOR_GET, READER),
    Route(
        "PATCH",
        "/monitors/{monitor}",
        monitors.monitor_update,
        to.monitor_change,
        wire.changed_monitor,
        says.MONITOR_CHANGE,
    ),
    Route("DELETE", "/monitors/{monitor}", monitors.monitor_delete, to.monitor, wire.deleted, says.MONITOR_DELETE),
    Route("GET", "/monitors/{monitor}/test", trials.monitor_test, to.monitor, checks.tested, says.TEST, READER),
)
_STEPS = "/monitors/{monitor}/templates"
_STEP = "/monitors/{monitor}/templates/{template}"
TEMPLATES = (
    Route("GET", _STEPS, templates.template_list, to.monitor, wire.templates_of_monitor, says.TEMPLATES, READER),
    Route("POST", _STEPS, templates.template_create, to.new_template, wire.template, says.NEW_TEMPLATE, status=created),
    Route("GET", _STEP, templates.template_get, to.template, wire.template, says.TEMPLATE_GET, READER),
    Route("PATCH", _STEP, templates.template_update, to.template_change, wire.template, says.TEMPLATE_CHANGE),
    Route("DELETE", _STEP, templates.template_delete, to.template, wire.deleted, says.TEMPLATE_DELETE),
)
TAGS = (Route("GET", "/tags", monitors.monitor_tag_ids, no_arguments, wire.tag_list, says.TAGS, READER),)
VARIABLES = (
    Route("GET", "/variables", variables.variable_list, no_arguments, wire.variables, says.VARIABLES, READER),
    Route("POST", "/variables", variables.variables_set, to.new_variables, wire.variables, says.SET_VARIABLES),
    Route("DELETE", "/variables", variables.variables_delete, to.gone_variables, wire.variables, says.DELETE_VARIABLES),
)
_CHECKS = "/monitors/{monitor}/checks"
CHECKS = (
    Route("GET", _CHECKS, runs.run_page, checks.some, checks.checks, says_of_results.CHECKS, READER),
    Route("GET", "/checks/{check}", runs.run_get, checks.named, checks.check, says_of_results.CHECK_GET, READER),
)
_PERFORMANCE = "/monitors/{monitor}/performance"
_UPTIME = "/monitors/{monitor}/uptime"
REPORTS = (
    Route(
        "GET",
        _PERFORMANCE,
        report_resolvers.performance_report,
        reports.asked,
        reports.performance,
        says_of_results.PERFORMANCE,
        READER,
    ),
    Route(
        "GET", _UPTIME, report_resolvers.uptime_report, reports.asked, reports.uptime, says_of_results.UPTIME, READER
    ),
)
_CONTACTS = "/contacts"
_CONTACT = "/contacts/{contact}"
CONTACTS = (
    Route(
        "GET",
        _CONTACTS,
        single_contacts.single_contact_list,
        contacts.some,
        contacts.contacts,
        says_of_contacts.CONTACTS,
        READER,
    ),
    Route(
        "POST",
        _CONTACTS,
        single_contacts.single_contact_create,
        contacts.made,
        contacts.contact,
        says_of_contacts.NEW_CONTACT,
        status=created,
    ),
    Route(
        "GET",
        _CONTACT,
        single_contacts.single_contact_get,
        contacts.named,
        contacts.contact,
        says_of_contacts.CONTACT_GET,
        READER,
    ),
    Route(
        "PATCH",
        _CONTACT,
        single_contacts.single_contact_update,
        contacts.changed,
        contacts.contact,
        says_of_contacts.CONTACT_CHANGE,
    ),
    Route(
        "DELETE",
        _CONTACT,
        single_contacts.single_contact_delete,
        contacts.named,
        wire.deleted,
        says_of_contacts.CONTACT_DELETE,
    ),
)
TABLE = (*MONITORS, *TEMPLATES, *CHECKS, *REPORTS, *TAGS, *CONTACTS, *VARIABLES)
"""All endpoints; rows of one path stand together."""

_NAMES = ("monitors", "checks", "tags", "contacts", "variables")
_REST = {"rest": r"(?:[/.](?s:.*))?"}


def apiscience_routes(site: Site) -> list[BaseRoute]:
    """Return every route of the API, each with an optional `.json`, and those that tell what there is not."""
    dialect = ApiScienceDialect(site)
    rows = [replace(row, path=row.path + "{suffix}") for row in TABLE]
    served = [route for base in BASES for route in endpoints(site, rows, dialect, prefixes=PREFIXES, base=base)]
    unknown = [
        UnknownPath(prefix + path + "{rest}", _REST, dialect)
        for prefix in PREFIXES
        for path in ("/v1", *(f"/{name}" for name in _NAMES))
    ]
    return [*served, *unknown]
