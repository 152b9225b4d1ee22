"""Issues of GitHub over the wire."""

import json

import pytest
from pydantic import ValidationError

from tests.app.channels.saved import saved
from tests.app.channels.trial import refused, told


async def test_down_creates_an_issue(receiver):
    got = await told("github", receiver)
    assert (got.method, got.target) == ("POST", "/repos/acme/ops/issues")
    assert got.values("Authorization") == ["Bearer s3cret-token"]
    assert got.values("Accept") == ["application/vnd.github+json"]
    assert got.values("X-GitHub-Api-Version") == ["2022-11-28"]
    assert got.values("User-Agent") == ["Heliograph"]
    issue = json.loads(got.body)
    body = issue.pop("body")
    assert issue == {"title": "DOWN | Nightly backup", "labels": ["incident", "prod"]}
    assert body.startswith("https://monitor.example.org/cloaked/0123abcd/\n\n```\n")


@pytest.mark.parametrize(("status", "permanent"), [(401, True), (404, True), (410, True), (403, False), (422, False)])
async def test_a_repository_that_is_gone_is_permanent(receiver, status, permanent):
    assert (await refused("github", receiver, status)).permanent is permanent


@pytest.mark.parametrize("repository", ["acme/.github", "a/b", "Acme_corp/x.y-z_1"])
def test_a_repository_is_an_owner_and_a_name(repository):
    assert saved("github", repository=repository).repository == repository


@pytest.mark.parametrize("repository", ["acme", "acme/", "/ops", "acme/..", "../ops", "acme/ops/x", "a b/c", "a/b?c"])
def test_anything_else_is_refused(repository):
    with pytest.raises(ValidationError):
        saved("github", repository=repository)
