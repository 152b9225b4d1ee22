"""The three versions beside each other: what differs between them, and that nothing else does (sections 3, 4, 16)."""

from typing import Any

import httpx
import pytest

from app.site import Site
from app.store.projects import ProjectRecord
from rest_compat.healthchecks.routes import PREFIXES, VERSIONS, documented
from tests.rest_compat.healthchecks.given import ROOT, a_channel, a_check, a_project

MONTH, YEAR = 2_592_000, 31_536_000
EVERYTHING = {
    "slug": "nightly",
    "tags": "prod www",
    "desc": "said at length",
    "timeout": 3600,
    "grace": 600,
    "tz": "Europe/Riga",
    "manual_resume": True,
    "methods": "POST",
    "start_kw": "START",
    "success_kw": "OK",
    "failure_kw": "ERROR",
    "filter_subject": True,
    "filter_body": True,
    "filter_http_body": True,
    "filter_default_fail": True,
    "channels": "*",
}


async def life_of_a_check(client: httpx.AsyncClient, version: int, prefix: str = "") -> list[Any]:
    """Do all that can be done to a check, and return what is told, with the names of one run replaced by words."""
    base = f"{prefix}/api/v{version}"
    made = (await client.post(f"{base}/checks/", json={"name": "Nightly", **EVERYTHING})).json()
    own = f"{base}/checks/{made['uuid']}"
    asked = [
        ("GET", own, None),
        ("GET", f"{base}/checks/?tag=prod&slug=nightly", None),
        ("POST", own, {"schedule": "0 4 * * *", "filter_http_body": False, "methods": "", "manual_resume": False}),
        ("POST", f"{base}/checks/", {"slug": "nightly", "unique": ["slug"], "desc": "upserted"}),
        ("POST", f"{own}/resume", None),
        ("POST", f"{own}/pause", None),
        ("POST", f"{own}/resume", {}),
        ("POST", f"/ping/{made['uuid']}", None),
        ("GET", own, None),
        ("GET", f"{own}/pings/", None),
        ("GET", f"{own}/pings/1/body", None),
        ("GET", f"{own}/flips/", None),
        ("GET", f"{base}/channels/", None),
        ("POST", own, {"name": 1}),
        ("GET", f"{base}/checks/{made['uuid'].upper()}", None),
        ("DELETE", own, None),
        ("GET", own, None),
    ]
    told: list[Any] = [made]
    for method, path, body in asked:
        answer = await client.request(method, path, json=body)
        told.append((method, answer.status_code, answer.headers["content-type"], answer.text))
    names = {base: "BASE", made["uuid"]: "UUID", made["badge_url"].rpartition("/")[2]: "BADGE"}
    return [nameless(str(one), names) for one in told]


def nameless(text: str, names: dict[str, str]) -> str:
    for name, word in names.items():
        text = text.replace(name, word)
    return text


async def test_a_whole_life_is_the_same_in_every_version_and_below_either_root(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient
) -> None:
    await a_channel(site, project, "Mail")

    first = await life_of_a_check(writer, 1)

    assert [line.split(", ")[1] for line in first[1:]] == [
        *("200", "200", "200", "200", "409", "200", "200", "200", "200"),
        *("200", "404", "200", "200", "400", "404", "200", "404"),
    ]
    for version in VERSIONS[1:]:
        assert await life_of_a_check(writer, version) == first
    assert [line.replace("/healthchecks", "") for line in await life_of_a_check(writer, 2, "/healthchecks")] == first


@pytest.mark.parametrize("version", VERSIONS)
async def test_urls_carry_the_version_of_the_request(writer: httpx.AsyncClient, version: int) -> None:
    for prefix in PREFIXES:
        base = f"{prefix}/api/v{version}/checks"
        made = (await writer.post(f"{base}/")).json()
        await writer.post(f"{prefix}/ping/{made['uuid']}", content=b"said")

        own = f"{ROOT}{base}/{made['uuid']}"
        assert [made[name] for name in ("update_url", "pause_url", "resume_url", "ping_url")] == [
            *(own, f"{own}/pause", f"{own}/resume"),
            f"{ROOT}{prefix}/ping/{made['uuid']}",
        ]
        [ping] = (await writer.get(f"{own}/pings/")).json()["pings"]
        assert ping["body_url"] == f"{own}/pings/1/body"
        assert (await writer.get(ping["body_url"])).content == b"said"
        assert (await writer.post(made["pause_url"])).json()["update_url"] == own


@pytest.mark.parametrize(("version", "largest"), [(1, MONTH), (2, YEAR), (3, YEAR)])
@pytest.mark.parametrize("field", ["timeout", "grace"])
async def test_the_longest_period_and_grace(writer: httpx.AsyncClient, version: int, largest: int, field: str) -> None:
    base = f"/api/v{version}/checks/"

    made = await writer.post(base, json={field: largest})
    too_large = await writer.post(made.json()["update_url"], json={field: largest + 1})
    new = await writer.post(base, json={field: largest + 1})

    assert (made.status_code, made.json()[field]) == (201, largest)
    for refused in (too_large, new):
        assert refused.status_code == 400
        assert refused.json() == {"error": f"json validation error: {field} is too large"}


async def test_a_period_that_v1_does_not_take_is_shown_and_kept_there(writer: httpx.AsyncClient) -> None:
    uuid = (await writer.post("/api/v3/checks/", json={"timeout": YEAR})).json()["uuid"]

    changed = await writer.post(f"/api/v1/checks/{uuid}", json={"desc": "seen by v1"})

    assert (changed.status_code, changed.json()["timeout"]) == (200, YEAR)


@pytest.mark.parametrize(("version", "slug"), [(1, "new-name"), (2, "new-name"), (3, "")])
async def test_a_name_sets_the_slug_before_v3(writer: httpx.AsyncClient, version: int, slug: str) -> None:
    base = f"/api/v{version}/checks/"

    made = (await writer.post(base, json={"name": "New Name"})).json()
    own = (await writer.post(base, json={"name": "New Name", "slug": "own"})).json()
    renamed = (await writer.post(own["update_url"], json={"name": "Newer"})).json()

    assert (made["slug"], own["slug"]) == (slug, "own")
    assert renamed["slug"] == ("newer" if slug else "own")


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_a_name_that_a_check_has_already_leaves_its_slug(writer: httpx.AsyncClient, version: int) -> None:
    base = f"/api/v{version}/checks/"
    own = (await writer.post(base, json={"name": "Nightly", "slug": "own"})).json()

    updated = (await writer.post(own["update_url"], json={"name": "Nightly", "grace": 60})).json()
    upserted = (await writer.post(base, json={"name": "Nightly", "unique": ["name"], "tags": "prod"})).json()

    assert (updated["slug"], upserted["slug"], upserted["uuid"]) == ("own", "own", own["uuid"])


async def test_an_upsert_by_an_old_name_minds_the_keyword_that_is_kept(writer: httpx.AsyncClient) -> None:
    base = "/api/v1/checks/"
    await writer.post(base, json={"name": "Mail", "success_kw": "done"})

    found = await writer.post(base, json={"name": "Mail", "subject_fail": "", "unique": ["name"]})
    cleared = await writer.post(base, json={"name": "Mail", "subject": "", "unique": ["name"]})

    seen = [(one.status_code, one.json()["subject"], one.json()["filter_subject"]) for one in (found, cleared)]
    assert seen == [(200, "done", True), (200, "", False)]


@pytest.mark.parametrize("before", ["new", "up", "down", "paused"])
async def test_a_run_is_a_status_in_v1_alone(writer: httpx.AsyncClient, before: str) -> None:
    made = (await writer.post("/api/v1/checks/")).json()
    for path in {"up": [""], "down": ["/fail"]}.get(before, []):
        await writer.post(made["ping_url"] + path)
    if before == "paused":
        await writer.post(made["pause_url"])

    await writer.get(f"{made['ping_url']}/start")

    for version in VERSIONS:
        [listed] = (await writer.get(f"/api/v{version}/checks/")).json()["checks"]
        single = (await writer.get(f"/api/v{version}/checks/{made['uuid']}")).json()
        assert listed == single
        assert (single["status"], single["started"]) == ("started" if version == 1 else before, True)


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_path_of_a_version_answers(
    site: Site, project: ProjectRecord, writer: httpx.AsyncClient, nobody: httpx.AsyncClient, version: int
) -> None:
    check = await a_check(site, project)
    names = {"uuid": check.uuid, "unique_key": check.unique_key, "n": 1}
    for row in documented(version):
        for prefix in PREFIXES:
            path = f"{prefix}/api/v{version}{row.path.format(**names)}"
            keyless = await nobody.request(row.method, path)
            preflight = await nobody.options(path)
            wrong = await nobody.request("PATCH", path)

            assert keyless.status_code == (401 if row.needed else 403 if "metrics" in path else 200), path
            assert (wrong.status_code, wrong.content) == (405, b""), path
            if row.needed is not None:
                assert (preflight.status_code, preflight.content) == (204, b""), path
            for answer in (keyless, preflight, wrong):
                assert ("access-control-allow-origin" in answer.headers) is (row.needed is not None), path
            if path.endswith("/"):
                forgotten = await writer.request(row.method, f"{path[:-1]}?a=b")
                assert (forgotten.status_code, forgotten.headers["location"]) == (301, f"{path}?a=b")


@pytest.mark.parametrize("version", VERSIONS)
async def test_keys_and_projects_are_told_apart_alike(
    site: Site,
    project: ProjectRecord,
    writer: httpx.AsyncClient,
    reader: httpx.AsyncClient,
    stranger: httpx.AsyncClient,
    version: int,
) -> None:
    check = await a_check(site, project)
    theirs = await a_check(site, await a_project(site, "Theirs"))
    base = f"/api/v{version}/checks"

    full = (await writer.get(f"{base}/{check.unique_key}")).json()
    hidden = (await reader.get(f"{base}/{check.uuid}")).json()

    assert (full["uuid"], "unique_key" in full) == (check.uuid, False)
    assert hidden["unique_key"] == check.unique_key
    assert hidden.keys().isdisjoint({"uuid", "ping_url", "update_url", "pause_url", "resume_url", "channels"})
    assert (await reader.post(f"{base}/")).json() == {"error": "wrong api key"}
    assert (await stranger.get(f"{base}/{check.uuid}")).status_code == 403
    assert (await stranger.get(f"{base}/{check.unique_key}")).status_code == 404
    assert (await writer.get(f"{base}/{theirs.uuid}")).status_code == 403


async def test_there_is_no_fourth_version(writer: httpx.AsyncClient) -> None:
    for prefix in PREFIXES:
        for path in ("checks/", "status/", "channels/", "metrics/"):
            assert (await writer.get(f"{prefix}/api/v4/{path}")).status_code == 404
