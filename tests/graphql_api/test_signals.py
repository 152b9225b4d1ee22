"""Which signals count, and who is told: what REST clients can set, the API can set."""

from dataclasses import replace
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette

from app.ids import global_id, new_uuid
from app.rules.signals import http_kind
from app.rules.states import PingKind
from app.site import Site
from app.store import checks as store
from app.store.checks import CheckRecord, CheckRef
from app.store.projects import ProjectRecord
from graphql_api.view import graphql_routes
from tests.graphql_api.conftest import Asker
from tests.graphql_api.test_checks import CREATE, made, wanted
from tests.graphql_api.test_contacts import channel_of, contact_of

UPDATE = """
mutation($by: WatchableRef!, $input: CheckUpdateInput!) {
  checkUpdate(by: $by, input: $input) {
    errors { __typename code path message }
    check {
      acceptedMethods unmatchedKind signalFilters { source kind keywords }
      contacts { name } channels { name }
    }
  }
}
"""


async def changed(asker: Asker, check: dict[str, Any], **changes: object) -> dict[str, Any]:
    payload = (await asker.ask(UPDATE, by={"id": check["id"]}, input=changes))["checkUpdate"]
    assert payload["errors"] == []
    return payload["check"]


async def stored(site: Site, check: dict[str, Any]) -> CheckRecord:
    return await store.find(site.database, 1, CheckRef(unique_key=check["uniqueKey"]))


def filters(*sources: str, **words: list[str]) -> list[dict[str, object]]:
    kinds = {kind: words.get(kind, []) for kind in ("START", "SUCCESS", "FAIL")}
    return [{"source": one, "kind": kind, "keywords": found} for one in sources for kind, found in kinds.items()]


async def test_filters_decide_what_a_ping_counts_as(site: Site, writer: Asker) -> None:
    wanted_filters = filters("HTTP_BODY", SUCCESS=["all good", "ok"], FAIL=["error"])

    check = await made(writer, acceptedMethods=["POST"], signalFilters=wanted_filters, unmatchedKind="FAIL")

    assert (check["acceptedMethods"], check["unmatchedKind"]) == (["POST"], "FAIL")
    assert check["signalFilters"] == wanted_filters
    kept = await stored(site, check)
    for method, body, kind in (
        ("POST", b"all good", PingKind.SUCCESS),
        ("POST", b"an error, not ok", PingKind.FAIL),
        ("POST", b"nothing of it", PingKind.FAIL),
        ("GET", b"", PingKind.IGNORED),
    ):
        assert http_kind(kept, PingKind.SUCCESS, None, method, body) is kind, body


async def test_filters_are_taken_back_as_they_are_shown(writer: Asker) -> None:
    shown = filters("SUBJECT", "BODY", SUCCESS=["done"], START=["begin", "start"])
    check = await made(writer)

    first = await changed(writer, check, signalFilters=shown, unmatchedKind="FAIL")
    again = await changed(writer, check, signalFilters=first["signalFilters"])
    other = await changed(writer, check, acceptedMethods=["POST"])
    cleared = await changed(writer, check, signalFilters=[], acceptedMethods=[], unmatchedKind="IGNORED")

    assert first["signalFilters"] == again["signalFilters"] == other["signalFilters"] == shown
    assert (other["acceptedMethods"], other["unmatchedKind"]) == (["POST"], "FAIL")
    assert (cleared["signalFilters"], cleared["acceptedMethods"], cleared["unmatchedKind"]) == ([], [], "IGNORED")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([{"source": "BODY", "kind": "LOG", "keywords": ["a"]}], "START"),
        ([{"source": "BODY", "kind": "FAIL", "keywords": ["a"]}] * 2, "once"),
        ([{"source": "BODY", "kind": "FAIL", "keywords": ["a,b"]}], "comma"),
        ([{"source": "BODY", "kind": "FAIL", "keywords": [" a"]}], "space"),
        ([{"source": "BODY", "kind": "FAIL", "keywords": [""]}], "empty"),
        (filters("BODY", FAIL=["a"]) + filters("SUBJECT", FAIL=["b"]), "same"),
        (filters("BODY", FAIL=["a"]) + filters("SUBJECT"), "same"),
    ],
)
async def test_filters_that_cannot_be_kept_are_refused(writer: Asker, given: list, why: str) -> None:
    payload = (await writer.ask(CREATE, input=wanted(writer, signalFilters=given)))["checkCreate"]

    [error] = payload["errors"]
    assert (error["__typename"], error["path"]) == ("InputError", ["input", "signalFilters"])
    assert why in error["message"]


async def test_single_channels_are_told_instead_of_contacts(writer: Asker, stranger: Asker) -> None:
    ops = await contact_of(writer)
    mail = await channel_of(writer, ops, {"email": {"address": "a@example.org"}}, "mail")
    await channel_of(writer, ops, {"email": {"address": "b@example.org"}}, "other")
    foreign = await channel_of(stranger, await contact_of(stranger), {"email": {"address": "c@example.org"}})

    check = await made(writer, channelIds=[mail["id"], mail["id"]])
    by_contact = await changed(writer, check, contactIds=[ops])
    back = await changed(writer, check, channelIds=[mail["id"]])
    nobody = await changed(writer, check, channelIds=[])

    assert (check["contacts"], check["channels"]) == ([], [{"name": "mail"}])
    assert by_contact["channels"] == [{"name": "mail"}, {"name": "other"}]
    assert (back["contacts"], back["channels"]) == ([], [{"name": "mail"}])
    assert nobody["channels"] == []
    for unknown, code in ((foreign["id"], "INVALID"), (new_uuid(), "INVALID"), (ops, "NOT_FOUND"), ("x", "NOT_FOUND")):
        refused = await writer.ask(UPDATE, by={"id": check["id"]}, input={"channelIds": [unknown]})
        [error] = refused["checkUpdate"]["errors"]
        assert (error["code"], error["path"]) == (code, ["input", "channelIds"]), unknown


PING_EMAIL = "query($by: WatchableRef!) { check(by: $by) { pingEmail } }"


async def test_a_check_has_a_mailbox_once_the_site_takes_mail(
    site: Site, writer: Asker, reader: Asker, project: ProjectRecord
) -> None:
    check = await made(writer)
    uuid = check["pingUrl"].rsplit("/", 1)[1]
    by = {"id": check["id"]}
    assert (await writer.ask(PING_EMAIL, by=by))["check"] == {"pingEmail": None}

    settings = site.settings.model_copy(update={"ping_email_domain": "ping.example.org"})
    app = Starlette(routes=graphql_routes(replace(site, settings=settings)))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as client:
        shown = await Asker(client, project, writer.key).ask(PING_EMAIL, by=by)
        hidden = await Asker(client, project, reader.key).refused(
            PING_EMAIL, by={"id": global_id("Check", check["uniqueKey"])}
        )

    assert shown["check"] == {"pingEmail": f"{uuid}@ping.example.org"}
    assert hidden == [("FORBIDDEN", ["check", "pingEmail"])]
