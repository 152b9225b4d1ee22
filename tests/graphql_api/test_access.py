"""Who may do what: read-only keys, strangers, and those without a key; what is refused changes nothing."""

from typing import Any

import pytest

from app.ids import parse_global_id
from app.rules.states import PingKind
from app.site import Site
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_checks import made
from tests.graphql_api.test_contacts import TEST, channel_of, contact_of
from tests.graphql_api.test_history import pinged
from tests.graphql_api.test_monitors import gone_down
from tests.graphql_api.test_monitors import made as made_monitor

EVERYTHING = """
{ project {
    id name slug checkLimit pingLimit timezone createdAt
    tags { id name }
    contacts { id name channels { id name settings } }
    apiKeys { id name }
    notifications(first: 5) { edges { node { id state } } }
    locations { id code } variables { id name value secret }
    outages(first: 5) { edges { node { id rootCause { summary } alerts { id output } } } }
    monitors(first: 5) { edges { node { id name address templates { id url validations { id } headers { value } }
      runs(first: 5) { edges { node { id calls { id } } } } flips(first: 5) { edges { node { id } } } } } }
    checks(first: 5) { edges { node { id name pingUrl uniqueKey lastPing { id } channels { id }
      pings(first: 5) { edges { node { id } } } flips(first: 5) { edges { node { id } } } } } }
} }
"""
MUTATIONS = {
    "checkCreate": """checkCreate(input: {projectId: "%(Project)s", name: "x", schedule: {period: 60}, grace: 60})
        { check { id } errors { code } }""",
    "checkUpdate": """checkUpdate(by: {id: "%(Check)s"}, input: {name: "x"}) { check { id } errors { code } }""",
    "watchablePause": """watchablePause(ids: ["%(Check)s"]) { watchables { id } errors { code } }""",
    "watchableResume": """watchableResume(ids: ["%(Check)s"]) { watchables { id } errors { code } }""",
    "watchableDelete": """watchableDelete(ids: ["%(Check)s"]) { deletedIds errors { code } }""",
    "monitorCreate": """monitorCreate(input: {projectId: "%(Project)s", name: "x", kind: HTTP, interval: 60,
        address: "https://x.example/"}) { monitor { id } errors { code } }""",
    "monitorUpdate": """monitorUpdate(by: {id: "%(Monitor)s"}, input: {name: "x"})
        { monitor { id } errors { code } }""",
    "monitorRunNow": """monitorRunNow(ids: ["%(Monitor)s"]) { monitors { id } errors { code } }""",
    "templateCreate": """templateCreate(monitorId: "%(Monitor)s", input: {url: "https://x.example/"})
        { template { id } errors { code } }""",
    "templateUpdate": """templateUpdate(id: "%(Template)s", input: {method: "PUT"})
        { template { id } errors { code } }""",
    "templateDelete": """templateDelete(id: "%(Template)s") { deletedId errors { code } }""",
    "variableSet": """variableSet(projectId: "%(Project)s", input: {name: "user", value: 1})
        { variable { id } errors { code } }""",
    "variableDelete": """variableDelete(projectId: "%(Project)s", name: "user") { variables { id } errors { code } }""",
    "contactCreate": """contactCreate(input: {projectId: "%(Project)s", name: "x"})
        { contact { id } errors { code } }""",
    "contactUpdate": """contactUpdate(id: "%(Contact)s", input: {name: "x"}) { contact { id } errors { code } }""",
    "contactDelete": """contactDelete(id: "%(Contact)s") { deletedId errors { code } }""",
    "channelCreate": """channelCreate(input: {contactId: "%(Contact)s", name: "x",
        settings: {email: {address: "x@example.org"}}}) { channel { id } errors { code } }""",
    "channelUpdate": """channelUpdate(id: "%(Channel)s", input: {disabled: true})
        { channel { id } errors { code } }""",
    "channelDelete": """channelDelete(id: "%(Channel)s") { deletedId errors { code } }""",
    "channelTest": """channelTest(id: "%(Channel)s") { notification { id } errors { code } }""",
    "apiKeyCreate": """apiKeyCreate(projectId: "%(Project)s", name: "x", scopes: [READ]) { secret errors { code } }""",
    "apiKeyRevoke": """apiKeyRevoke(id: "%(ApiKey)s") { deletedId errors { code } }""",
    "projectDelete": """projectDelete(id: "%(Project)s", name: "Tests") { deletedId errors { code } }""",
    "projectUpdate": """projectUpdate(id: "%(Project)s", input: {name: "x"}) { project { id } errors { code } }""",
}


OF_USERS = {"projectCreate", "userUpdate", "watchableGrantUpdate", "watchableGrantDelete"}
"""Mutations that need a key that acts for a user: test_projects.py, test_users.py and test_grants.py have them."""


def mutation(name: str, ids: dict[str, str]) -> str:
    return f"mutation {{ {MUTATIONS[name] % ids} }}"


FOR_READERS = {"monitorTest"}
"""Mutations that read-only keys may do: test_trials.py has them."""


EVERYBODYS = {"Location"}
"""Types of which there are nodes that belong to no project."""
HIDDEN = ("Channel", "Notification", "ApiKey", "Ping")
"""Types that read-only keys may see nothing of."""


@pytest.fixture
async def ids(site: Site, writer: Asker) -> dict[str, str]:
    """The id of one node of each type, all of the project `Tests`."""
    contact = await contact_of(writer)
    channel = await channel_of(writer, contact, {"email": {"address": "a@example.org"}})
    check = await made(writer, tags=["prod"], contactIds=[contact])
    await pinged(site, check, PingKind.SUCCESS, body=b"secret words")
    await writer.ask("mutation($ids: [ID!]!) { watchablePause(ids: $ids) { errors { code } } }", ids=[check["id"]])
    await writer.ask(TEST, id=channel["id"])
    monitor = await made_monitor(writer)
    await writer.ask(mutation("variableSet", {"Project": writer.project_id}))
    await gone_down(site, monitor)
    project = (await writer.ask(EVERYTHING))["project"]
    seen = project["monitors"]["edges"][0]["node"]
    outage = project["outages"]["edges"][0]["node"]
    node = project["checks"]["edges"][0]["node"]
    return {
        "Project": project["id"],
        "Check": check["id"],
        "Ping": node["pings"]["edges"][0]["node"]["id"],
        "Flip": node["flips"]["edges"][0]["node"]["id"],
        "Tag": project["tags"][0]["id"],
        "Contact": contact,
        "Channel": channel["id"],
        "Notification": project["notifications"]["edges"][0]["node"]["id"],
        "ApiKey": project["apiKeys"][0]["id"],
        "Monitor": monitor["id"],
        "Template": seen["templates"][0]["id"],
        "Validation": seen["templates"][0]["validations"][0]["id"],
        "Run": seen["runs"]["edges"][0]["node"]["id"],
        "Call": seen["runs"]["edges"][0]["node"]["calls"][0]["id"],
        "Location": project["locations"][0]["id"],
        "Variable": project["variables"][0]["id"],
        "Outage": outage["id"],
        "Alert": outage["alerts"][0]["id"],
    }


async def test_ids_name_their_types_and_find_their_nodes(writer: Asker, ids: dict[str, str]) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"

    found = (await writer.ask(query, ids=list(ids.values())))["nodes"]

    assert found == [{"__typename": name, "id": node_id} for name, node_id in ids.items()]
    assert {parse_global_id(node_id)[0] for node_id in ids.values()} == set(ids)
    for name, node_id in ids.items():
        one = await writer.ask("query($id: ID!) { node(id: $id) { __typename id } }", id=node_id)
        assert one["node"] == {"__typename": name, "id": node_id}


async def test_nodes_of_nothing_are_null_each_in_its_place(writer: Asker, ids: dict[str, str]) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    bad = ["", "nonsense", "Q2hlY2s6eA==", "V2hhdDp4", "UGluZzp4LzE=", "UGluZzo="]

    answer = (await writer.post(query, ids=[bad[0], ids["Check"], *bad[1:]])).json()

    assert answer["data"]["nodes"] == [None, {"id": ids["Check"]}, *[None] * 5]
    places = [(error["extensions"]["code"], error["path"]) for error in answer["errors"]]
    assert places == [("NOT_FOUND", ["nodes", place]) for place in (0, 2, 3, 4, 5, 6)]
    assert await writer.refused(query, ids=["x"] * 101) == [("INVALID", ["nodes"])]


async def test_a_stranger_finds_nothing_by_any_id(stranger: Asker, ids: dict[str, str]) -> None:
    for node_id in (node_id for name, node_id in ids.items() if name not in EVERYBODYS):
        query = "query($id: ID!) { node(id: $id) { id } }"
        assert await stranger.refused(query, id=node_id) == [("NOT_FOUND", ["node"])]
    assert await stranger.refused("query($id: ID!) { project(id: $id) { id } }", id=ids["Project"]) == [
        ("NOT_FOUND", ["project"])
    ]
    assert await stranger.refused('{ project(slug: "tests") { id } }') == [("NOT_FOUND", ["project"])]
    by_id = "query($id: ID!) { check(by: {id: $id}) { id } }"
    assert await stranger.refused(by_id, id=ids["Check"]) == [("NOT_FOUND", ["check"])]
    assert await stranger.refused('{ check(by: {slug: "backups"}) { id } }') == [("NOT_FOUND", ["check"])]
    of_channel = "query($id: ID!) { project { notifications(channel: $id) { edges { cursor } } } }"
    assert await stranger.refused(of_channel, id=ids["Channel"]) == [("NOT_FOUND", ["project", "notifications"])]
    own = (await stranger.ask("{ project { name checks { totalCount } contacts { id } tags { id } } }"))["project"]
    assert own == {"name": "Other", "checks": {"totalCount": 0}, "contacts": [], "tags": []}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_a_stranger_changes_nothing(writer: Asker, stranger: Asker, ids: dict[str, str], name: str) -> None:
    before = await writer.ask(EVERYTHING)

    payload = (await stranger.ask(mutation(name, ids)))[name]

    assert [error["code"] for error in payload.pop("errors")] == ["NOT_FOUND"]
    assert list(payload.values()) in ([None], [[]])
    assert await writer.ask(EVERYTHING) == before


async def test_a_stranger_cannot_tell_contacts_of_others(writer: Asker, stranger: Asker, ids: dict[str, str]) -> None:
    create = """mutation($project: ID!, $contact: ID!) { checkCreate(input: {projectId: $project, name: "x",
        schedule: {period: 60}, grace: 60, contactIds: [$contact]}) { errors { path } check { id } } }"""

    payload = (await stranger.ask(create, project=stranger.project_id, contact=ids["Contact"]))["checkCreate"]

    assert payload == {"check": None, "errors": [{"path": ["input", "contactIds"]}]}
    assert (await stranger.ask("{ project { checks { totalCount } } }"))["project"]["checks"]["totalCount"] == 0


@pytest.mark.parametrize("name", MUTATIONS)
async def test_a_reader_changes_nothing(writer: Asker, reader: Asker, ids: dict[str, str], name: str) -> None:
    before = await writer.ask(EVERYTHING)

    payload = (await reader.ask(mutation(name, ids)))[name]

    assert [error["code"] for error in payload.pop("errors")] == ["FORBIDDEN"]
    assert list(payload.values()) in ([None], [[]])
    assert await writer.ask(EVERYTHING) == before


async def test_a_reader_sees_what_is_not_secret(reader: Asker, ids: dict[str, str]) -> None:
    answer = (await reader.post(EVERYTHING)).json()

    project = answer["data"]["project"]
    check = project["checks"]["edges"][0]["node"]
    assert (project["name"], project["contacts"][0]["name"], check["name"]) == ("Tests", "Ops", "Backups")
    assert check["flips"]["edges"][0] == {"node": {"id": ids["Flip"]}}
    hidden = [check["pingUrl"], check["lastPing"], check["pings"], check["channels"]]
    assert [*hidden, project["apiKeys"], project["notifications"], project["contacts"][0]["channels"]] == [None] * 7
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert len(answer["errors"]) == 7


async def test_a_reader_never_learns_where_pings_go(reader: Asker, ids: dict[str, str]) -> None:
    uuid = parse_global_id(ids["Check"])[1]

    answer = (await reader.post(EVERYTHING)).json()

    check_id = answer["data"]["project"]["checks"]["edges"][0]["node"]["id"]
    type_name, name = parse_global_id(check_id)
    assert (type_name, len(name)) == ("Check", 40)
    assert uuid not in str(answer)
    assert (await reader.ask("query($id: ID!) { node(id: $id) { id } }", id=check_id))["node"] == {"id": check_id}
    flip = "query($id: ID!) { node(id: $id) { ... on Flip { watchable { id } } } }"
    assert (await reader.ask(flip, id=ids["Flip"]))["node"] == {"watchable": {"id": check_id}}


async def test_the_id_of_a_reader_works_for_a_writer(writer: Asker, reader: Asker, ids: dict[str, str]) -> None:
    found = await reader.ask("{ project { checks { edges { node { id } } } } }")
    read_id = found["project"]["checks"]["edges"][0]["node"]["id"]

    changed = await writer.ask(mutation("checkUpdate", {"Check": read_id}))

    assert changed["checkUpdate"] == {"check": {"id": ids["Check"]}, "errors": []}


@pytest.mark.parametrize("name", HIDDEN)
async def test_a_reader_is_told_nothing_of_what_is_hidden(reader: Asker, ids: dict[str, str], name: str) -> None:
    query = "query($id: ID!) { node(id: $id) { id } }"

    known = await reader.refused(query, id=ids[name])
    unknown = await reader.refused(query, id=ids[name][:-8] + "AAAAAAA=")

    assert known == unknown == [("FORBIDDEN", ["node"])]


async def test_viewer_and_server_tell_who_is_who(writer: Asker, reader: Asker) -> None:
    query = "{ viewer { role scopes project { id } } serverInfo { version queryBudget maxPageSize } }"

    of_writer, of_reader = await writer.ask(query), await reader.ask(query)

    project = {"id": writer.project_id}
    assert of_writer["viewer"] == {"role": "EDITOR", "scopes": ["READ", "WRITE"], "project": project}
    assert of_reader["viewer"] == {"role": "VIEWER", "scopes": ["READ"], "project": project}
    assert (of_writer["serverInfo"]["queryBudget"], of_writer["serverInfo"]["maxPageSize"]) == (5000, 100)
    assert of_writer["serverInfo"]["version"]


async def test_a_project_is_changed_and_read_back(writer: Asker) -> None:
    update = """mutation($id: ID!, $input: ProjectUpdateInput!) {
      projectUpdate(id: $id, input: $input) { project { name slug timezone } errors { code path } } }"""

    changes: dict[str, Any] = {"name": "New", "slug": "new", "timezone": "Europe/Riga"}
    changed = (await writer.ask(update, id=writer.project_id, input=changes))["projectUpdate"]
    same = (await writer.ask(update, id=writer.project_id, input={}))["projectUpdate"]

    assert changed == {"project": changes, "errors": []}
    assert same == changed
    assert (await writer.ask('{ project(slug: "new") { name slug timezone } }'))["project"] == changes
    for wrong, field in (({"name": " "}, "name"), ({"slug": "A b"}, "slug"), ({"timezone": "Mars"}, "timezone")):
        refused = (await writer.ask(update, id=writer.project_id, input={"name": "No", **wrong}))["projectUpdate"]
        assert refused == {"project": None, "errors": [{"code": "INVALID", "path": ["input", field]}]}
    assert (await writer.ask("{ project { name slug timezone } }"))["project"] == changes


def test_every_mutation_is_tried_by_strangers_and_readers() -> None:
    from graphql_api.schema import schema

    assert set(MUTATIONS) | OF_USERS | FOR_READERS == set(schema._schema.mutation_type.fields)
