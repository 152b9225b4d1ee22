"""The schema itself: described throughout, of one shape, and the same as `schema.graphql`."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from inspect import iscoroutinefunction
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    find_breaking_changes,
    find_dangerous_changes,
    get_named_type,
    get_nullable_type,
    parse,
    validate,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter

from app.web import explorer
from graphql_api.fields import PLAIN
from graphql_api.schema import schema, sdl
from tests.graphql_api.conftest import Asker

ROOT = Path(__file__).parents[2]
BUILT = schema._schema
TYPES = {name: kind for name, kind in BUILT.type_map.items() if not name.startswith("__")}
BUILT_IN = {"String", "Int", "Float", "Boolean", "ID"}
PLAIN_LISTS = {
    "Call.failures",
    "CallRequest.headers",
    "CallRequest.urlParameters",
    "CallResponse.headers",
    "Monitor.contacts",
    "Monitor.locations",
    "Monitor.tags",
    "Monitor.templates",
    "Outage.alerts",
    "PerformanceSeries.points",
    "Project.locations",
    "Project.variables",
    "RootCause.evidence",
    "Run.calls",
    "Template.headers",
    "Template.urlParameters",
    "Template.validations",
    "TrialCall.failures",
    "TrialRun.calls",
    "TrialRun.logs",
    "VariableDeletePayload.variables",
    "Check.acceptedMethods",
    "Check.channels",
    "Check.contacts",
    "Check.signalFilters",
    "Check.tags",
    "Contact.channels",
    "CronSchedule.nextRuns",
    "OnCalendarSchedule.nextRuns",
    "Project.apiKeys",
    "Project.contacts",
    "Project.grants",
    "Project.tags",
    "Query.nodes",
    "SignalFilter.keywords",
    "ApiKey.scopes",
    "Viewer.memberships",
    "Viewer.scopes",
    "Watchable.contacts",
    "WatchableGrantUpdatePayload.grants",
    "Watchable.tags",
}
"""Lists that a person's patience or an argument bounds; all else that grows is a connection."""


def fields() -> Iterator[tuple[str, GraphQLField]]:
    for name, kind in TYPES.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            yield from ((f"{name}.{field}", definition) for field, definition in kind.fields.items())


def undescribed() -> Iterator[str]:
    yield from (name for name, kind in TYPES.items() if name not in BUILT_IN and not kind.description)
    for name, field in fields():
        if not field.description:
            yield name
        yield from (f"{name}({argument})" for argument, one in field.args.items() if not one.description)
    for name, kind in TYPES.items():
        if isinstance(kind, GraphQLInputObjectType):
            yield from (f"{name}.{field}" for field, one in kind.fields.items() if not one.description)
        if isinstance(kind, GraphQLEnumType):
            yield from (f"{name}.{value}" for value, one in kind.values.items() if not one.description)


def test_schema_graphql_is_what_the_code_says() -> None:
    assert (ROOT / "schema.graphql").read_text() == f"{sdl()}\n", "run: make schema"


def test_the_printed_schema_is_read_by_others_as_the_one_that_is_served() -> None:
    read = build_schema(sdl())

    for changes in (find_breaking_changes, find_dangerous_changes):
        assert [change.description for change in changes(BUILT, read)] == []
        assert [change.description for change in changes(read, BUILT)] == []


def test_everything_is_described() -> None:
    assert list(undescribed()) == []


def test_names_have_the_forms_of_graphql() -> None:
    wrong = [name for name in TYPES if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)]
    wrong += [name for name, _ in fields() if not re.fullmatch(r"\w+\.[a-z][A-Za-z0-9]*", name)]
    for name, kind in TYPES.items():
        if isinstance(kind, GraphQLEnumType):
            wrong += [f"{name}.{value}" for value in kind.values if not re.fullmatch(r"[A-Z][A-Z0-9_]*", value)]
        if isinstance(kind, GraphQLInputObjectType):
            wrong += [f"{name}.{field}" for field in kind.fields if not re.fullmatch(r"[a-z][A-Za-z0-9]*", field)]

    assert wrong == []


def test_mutations_are_noun_and_verb_with_a_payload_each() -> None:
    for name, field in BUILT.mutation_type.fields.items():
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*(Create|Update|Set|Delete|Pause|Resume|RunNow|Test|Revoke)", name)
        assert isinstance(field.type, GraphQLNonNull)
        payload = field.type.of_type
        expected = "WatchablePausePayload" if name == "watchableResume" else f"{name[0].upper()}{name[1:]}Payload"
        assert payload.name == expected
        assert str(payload.fields["errors"].type) == "[Error!]!"
        for other, answer in payload.fields.items():
            listed = isinstance(get_nullable_type(answer.type), GraphQLList)
            bare = not isinstance(answer.type, GraphQLNonNull)
            assert listed or bare or str(answer.type) == "Boolean!", f"{name}.{other} would be lost with a refusal"


def test_errors_are_of_one_shape() -> None:
    error = TYPES["Error"]

    kinds = BUILT.get_possible_types(error)
    assert {kind.name for kind in kinds} == {name for name in TYPES if name.endswith("Error") and name != "Error"}
    for kind in kinds:
        assert {"code", "message", "path"} <= set(kind.fields)


def test_connections_are_of_one_shape() -> None:
    connections = [name for name in TYPES if name.endswith("Connection")]
    assert connections
    for name in connections:
        edge = name.removesuffix("Connection") + "Edge"
        shape = {field: str(one.type) for field, one in TYPES[name].fields.items()}
        assert shape.pop("totalCount", "Int!") == "Int!"
        assert shape == {"edges": f"[{edge}!]!", "pageInfo": "PageInfo!"}
        assert set(TYPES[edge].fields) == {"cursor", "node"}
    for name, field in fields():
        if get_named_type(field.type).name in connections:
            assert {"after", "first"} <= set(field.args), name
            assert field.args["first"].default_value == 50, name
            assert "at most" in (field.description or ""), f"{name} does not say its maximum"


def test_no_list_grows_without_bound() -> None:
    lists = {
        name
        for name, field in fields()
        if isinstance(get_nullable_type(field.type), GraphQLList)
        and not name.endswith(
            ("Connection.edges", "Payload.errors", "Payload.deletedIds", "Payload.watchables", "Payload.monitors")
        )
        and not name.endswith("Error.path")
    }

    assert lists == PLAIN_LISTS


def test_whatever_has_a_uuid_is_a_node() -> None:
    nodes = {kind.name for kind in BUILT.get_possible_types(TYPES["Node"])}

    with_ids = {name for name, kind in TYPES.items() if isinstance(kind, GraphQLObjectType) and "id" in kind.fields}
    assert nodes == with_ids


def test_no_deprecation_is_overdue() -> None:
    for name, field in fields():
        if field.deprecation_reason is not None:
            found = re.search(r"Use .+\. Removed after (\d{4}-\d\d-\d\d)\.", field.deprecation_reason)
            assert found, f"{name} does not say what to use and until when"
            assert date.fromisoformat(found[1]) >= datetime.now(UTC).date(), name


def test_only_attributes_are_read_on_the_event_loop() -> None:
    """A sync resolver runs on the loop's thread: it is an attribute, or declared by `plain` to do no I/O."""
    for name, field in fields():
        declared = field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF]
        resolver = declared.base_resolver
        assert resolver is None or resolver.wrapped_func in PLAIN or iscoroutinefunction(resolver.wrapped_func), name


def test_what_is_plain_reaches_for_nothing_that_waits() -> None:
    for function in PLAIN:
        reached = set(function.__code__.co_names)
        assert not reached & {"database", "loaders", "transaction", "site"}, function


def test_the_queries_of_the_pages_fit_the_schema() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    bodies = [
        json.loads(body)
        for page in pages
        for body in re.findall(r"""-d '(\{"query".*?\})'$""", page.read_text(), re.DOTALL | re.MULTILINE)
    ]
    queries = [body["query"] for body in bodies]
    queries += [text for page in pages for text in re.findall(r"```graphql\n(.+?)```", page.read_text(), re.DOTALL)]

    assert queries
    for query in queries:
        assert validate(BUILT, parse(query)) == [], query


def first_look() -> str:
    script = (explorer.STATIC / "explorer.js").read_text()
    return re.search(r"FIRST_LOOK = `(.+?)`;", script, re.DOTALL)[1]


def test_the_explorers_queries_fit_the_schema() -> None:
    script = (explorer.STATIC / "explorer.js").read_text()
    one_check = re.search(r"ONE_CHECK = `(.+?)`;", script, re.DOTALL)[1].replace("${ASKED?.[0]}", "0" * 40)
    one_monitor = re.search(r"ONE_MONITOR = `(.+?)`;", script, re.DOTALL)[1].replace("${ASKED_MONITOR?.[0]}", "0")

    for query in (first_look(), one_check, one_monitor):
        assert validate(BUILT, parse(query)) == []


async def test_the_explorers_first_query_is_answered(writer: Asker, reader: Asker) -> None:
    for asker in (writer, reader):
        assert (await asker.ask(first_look()))["project"]["name"] == "Tests"
