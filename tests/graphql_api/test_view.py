"""GraphQL over HTTP: keys, forms of answers, bodies, batches, and errors as they are shown."""

import asyncio
from typing import Any

import orjson
import pytest
import strawberry
from httpx import AsyncClient

from app.errors import Conflict
from app.security.keys import KeyRole
from app.site import Site
from app.web import explorer
from graphql_api.context import Context
from graphql_api.execution import Operation, execute
from graphql_api.request import MOST_BODY_BYTES, PLAIN_JSON, RESPONSE_JSON, BadRequest, media_type
from tests.graphql_api.conftest import Asker, make_key

QUERY = {"query": "{ viewer { role } }"}
DATA = {"viewer": {"role": "EDITOR"}}


async def post(asker: Asker, content: bytes | dict | list, **headers: str) -> Any:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    given = {"X-Api-Key": asker.key or "", "Content-Type": "application/json"}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return await asker.client.post("/graphql", content=body, headers=given | names)


@pytest.mark.parametrize("scheme", ["Bearer {}", "Token {}", "bearer  {}"])
async def test_a_key_comes_by_either_header(writer: Asker, scheme: str) -> None:
    by_scheme = {"Authorization": scheme.format(writer.key)}

    for headers in (by_scheme, {"X-Api-Key": writer.key or ""}):
        answer = await writer.client.post("/graphql", json=QUERY, headers=headers)
        assert (answer.status_code, answer.json()["data"]) == (200, DATA)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nobody"},
        {"X-Api-Key": "h" * 32},
        {"Authorization": "Basic x"},
    ],
)
@pytest.mark.parametrize("body", [QUERY, {"query": "{ __schema { types { name } } }"}, [], {"query": "{"}])
async def test_nobody_is_let_in_without_a_key(client: AsyncClient, headers: dict[str, str], body: object) -> None:
    answer = await client.post("/graphql", json=body, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}
    assert list(answer.json()) == ["errors"]


async def test_a_ping_key_opens_nothing(site: Site, writer: Asker) -> None:
    ping_key = await make_key(site, writer.project, KeyRole.PING)

    answer = await Asker(writer.client, writer.project, ping_key).post("{ viewer { role } }")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, PLAIN_JSON),
        ("", PLAIN_JSON),
        ("*/*", PLAIN_JSON),
        ("application/*", PLAIN_JSON),
        ("application/json", PLAIN_JSON),
        ("application/graphql-response+json", RESPONSE_JSON),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", RESPONSE_JSON),
        ("application/graphql-response+json;q=0.5, application/json", PLAIN_JSON),
        ("application/graphql-response+json;q=nonsense, */*;q=0.1", PLAIN_JSON),
    ],
)
def test_the_form_of_the_answer_is_chosen_by_accept(accept: str | None, form: str) -> None:
    assert media_type(accept) == form


@pytest.mark.parametrize("accept", ["text/plain", "application/json;q=0", "text/*"])
def test_other_forms_are_refused(accept: str) -> None:
    with pytest.raises(BadRequest) as refused:
        media_type(accept)

    assert refused.value.status == 406


@pytest.mark.parametrize(
    ("query", "variables", "status"),
    [
        ("{ viewer { role } }", {}, 200),
        ("{ nothing }", {}, 400),
        ("{", {}, 400),
        ("query($id: ID!) { node(id: $id) { id } }", {}, 400),
        ("query($id: ID!) { node(id: $id) { id } }", {"id": "x"}, 200),
        ("query A { viewer { role } } query B { viewer { role } }", {}, 400),
        ("fragment F on Query { viewer { role } }", {}, 400),
        ("subscription { x }", {}, 400),
    ],
)
async def test_the_new_form_tells_by_its_status_whether_anything_ran(
    writer: Asker, query: str, variables: dict[str, Any], status: int
) -> None:
    body = {"query": query, "variables": variables}

    new = await post(writer, body, Accept=RESPONSE_JSON)
    old = await post(writer, body, Accept=PLAIN_JSON)

    assert (new.status_code, old.status_code) == (status, 200)
    assert (new.headers["content-type"], old.headers["content-type"]) == (
        f"{RESPONSE_JSON}; charset=utf-8",
        f"{PLAIN_JSON}; charset=utf-8",
    )
    assert ("data" in new.json()) is (status == 200)
    assert new.json() == old.json()
    assert all(error["extensions"]["code"] for error in new.json().get("errors", []))


async def test_answers_are_not_kept_by_anyone(writer: Asker) -> None:
    answer = await post(writer, QUERY)

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"", {}, 400),
        (b"null", {}, 400),
        (b'"x"', {}, 400),
        (b"{}", {}, 400),
        (b'{"query": 5}', {}, 400),
        (b'{"query": " "}', {}, 400),
        (b'{"query": "{ viewer { role } }", "variables": []}', {}, 400),
        (b'{"query": "{ viewer { role } }", "operationName": 5}', {}, 400),
        (b"\xff", {}, 400),
        (b'{"query": "\\ud800"}', {}, 400),
        (b"[" * 5000, {}, 400),
        (b"[]", {}, 400),
        (orjson.dumps([QUERY] * 11), {}, 400),
        (orjson.dumps([QUERY, 5]), {}, 400),
        (b"query=x", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {"Content_Type": "text/plain"}, 415),
        (orjson.dumps(QUERY), {"Accept": "text/css"}, 406),
        (b" " * (MOST_BODY_BYTES + 1), {}, 413),
    ],
)
async def test_requests_without_an_operation_are_refused(
    writer: Asker, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await post(writer, body, **headers)

    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "data" not in answer.json()


async def test_an_operation_is_chosen_by_name(writer: Asker) -> None:
    query = "query A { viewer { role } } query B { serverInfo { maxPageSize } }"

    named = await post(writer, {"query": query, "operationName": "B"})
    unknown = await post(writer, {"query": query, "operationName": "C"})
    unnamed = await post(writer, {"query": query}, Accept=RESPONSE_JSON)

    assert named.json()["data"] == {"serverInfo": {"maxPageSize": 100}}
    for refused in (unknown, unnamed):
        assert refused.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
        assert "data" not in refused.json()
    assert unnamed.status_code == 400


async def test_queries_come_by_get_and_mutations_do_not(writer: Asker) -> None:
    headers = {"X-Api-Key": writer.key or ""}
    query = {"query": "query($id: ID) { project(id: $id) { name } }", "variables": f'{{"id": "{writer.project_id}"}}'}
    change = {"query": 'mutation { contactDelete(id: "x") { errors { code } } }'}

    read = await writer.client.get("/graphql", params=query, headers=headers)
    changed = await writer.client.get("/graphql", params=change, headers=headers)
    broken = await writer.client.get("/graphql", params=query | {"variables": "{"}, headers=headers)
    empty = await writer.client.get("/graphql", headers=headers)

    assert read.json()["data"] == {"project": {"name": "Tests"}}
    assert (changed.status_code, changed.headers["allow"]) == (405, "POST")
    assert (broken.status_code, empty.status_code) == (400, 400)
    assert (await writer.client.put("/graphql", headers=headers)).status_code == 405


async def test_a_browser_gets_the_explorer_without_a_key(client: AsyncClient) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

    page = await client.get("/graphql", headers=accept)
    asset = await client.get("/graphql/assets/explorer.css")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == explorer.POLICY
    assert asset.status_code == 200


async def test_a_batch_is_answered_in_order_and_sees_its_own_changes(writer: Asker) -> None:
    create = {
        "query": 'mutation($p: ID!) { contactCreate(input: {projectId: $p, name: "Ops"}) { contact { name } } }',
        "variables": {"p": writer.project_id},
    }
    read = {"query": "{ project { contacts { name } } }"}

    answer = await post(writer, [read, create, read, {"query": "{ nothing }"}])

    assert answer.status_code == 200
    before, made, after, wrong = answer.json()
    assert before["data"]["project"]["contacts"] == []
    assert made["data"]["contactCreate"]["contact"] == {"name": "Ops"}
    assert after["data"]["project"]["contacts"] == [{"name": "Ops"}]
    assert wrong["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_the_operations_of_a_batch_share_one_budget(writer: Asker) -> None:
    wide = {"query": "{ project { checks(first: 700) { edges { node { name } } } } }"}

    answers = (await post(writer, [wide] * 3)).json()

    costs = [answer["extensions"]["cost"] for answer in answers]
    assert [cost["remaining"] for cost in costs] == [2899, 798, 798]
    assert [("data" in answer) for answer in answers] == [True, True, False]
    assert answers[2]["errors"][0]["extensions"] == {"code": "TOO_EXPENSIVE", "cost": 2101, "limit": 798}


async def test_mutations_of_one_operation_see_what_went_before(writer: Asker) -> None:
    data = await writer.ask(
        """mutation($p: ID!) {
          a: checkCreate(input: {projectId: $p, name: "a", tags: ["x"], schedule: {period: 60}, grace: 60})
            { check { tags { name } } }
          b: checkUpdate(by: {slug: "a"}, input: {tags: ["y", "z"]}) { check { tags { name } } }
        }""",
        p=writer.project_id,
    )

    assert data["a"]["check"]["tags"] == [{"name": "x"}]
    assert data["b"]["check"]["tags"] == [{"name": "y"}, {"name": "z"}]


@strawberry.type
class Broken:
    """A schema with a bug, a refusal and a wait in it."""

    @strawberry.field
    async def bug(self) -> str | None:
        raise RuntimeError("the password is swordfish")

    @strawberry.field
    async def refusal(self) -> str | None:
        raise Conflict("not now")

    @strawberry.field
    async def wait(self) -> str | None:
        await asyncio.Event().wait()
        return None


BROKEN = strawberry.Schema(Broken)


async def test_a_bug_is_logged_under_an_id_and_only_that_is_told(
    ctx: Context, caplog: pytest.LogCaptureFixture
) -> None:
    result = await execute(ctx, Operation("{ bug again: bug refusal }"), by=BROKEN)

    first, second, refusal = result.errors or []
    assert first.message.startswith("Internal error ")
    assert (first.extensions, second.extensions) == ({"code": "INTERNAL"}, {"code": "INTERNAL"})
    assert (refusal.message, refusal.extensions) == ("not now", {"code": "CONFLICT"})
    logged = [record for record in caplog.records if record.name == "graphql_api.extensions.errors"]
    assert len(logged) == 2
    assert first.message.split()[-1] in logged[0].getMessage()
    assert "swordfish" in str(logged[0].exc_info[1])
    assert "swordfish" not in str(result.errors)


async def test_an_operation_has_a_deadline(ctx: Context) -> None:
    result = await execute(ctx, Operation("{ wait }"), by=BROKEN, deadline=0)

    [error] = result.errors or []
    assert (result.data, error.extensions) == (None, {"code": "UNREACHABLE"})
