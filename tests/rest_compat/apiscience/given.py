"""What tests of the API Science API start from."""

from typing import Any

import httpx
from starlette.applications import Starlette

from app.security.keys import KeyRole
from app.site import Site
from app.store import channels
from app.store.projects import ProjectRecord
from rest_compat.apiscience.routes import apiscience_routes
from tests.rest_compat.healthchecks.given import a_key, a_project
from tests.world import World

ROOT = "http://testserver"
V1 = f"{ROOT}/v1"
JSON = "application/json; charset=utf-8"

__all__ = ["JSON", "ROOT", "V1", "KeyRole", "a_key", "a_project", "a_world", "application", "client", "data", "errors"]


def application(site: Site) -> Starlette:
    """Serve the API Science API alone."""
    served = Starlette(routes=apiscience_routes(site))
    served.router.redirect_slashes = False
    return served


def client(app: Any, key: str | None = None, **headers: str) -> httpx.AsyncClient:
    """Talk to the application with this key in every request."""
    headers |= {"Authorization": f"Bearer {key}"} if key is not None else {}
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url=ROOT, headers=headers)


async def a_world(site: Site, project: ProjectRecord) -> World:
    """The project with a contact, for runs to be recorded in."""
    async with site.database.transaction() as unit:
        return World(site, project.id, await channels.add_contact(unit, project.id, "Default", site.clock()))


def data(answer: httpx.Response, status: int = 200) -> Any:
    """Return the data of an answer that must be a success."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == JSON
    body = answer.json()
    assert body["meta"]["status"] == "success"
    assert "error" not in body
    return body["data"]


def errors(answer: httpx.Response, status: int = 400) -> list[tuple[str, str]]:
    """Return the fields and messages of an answer that must be a refusal."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == JSON
    body = answer.json()
    assert body["meta"] == {"status": "error"}
    assert "data" not in body
    assert body["error"]["code"] == status
    return [(fault["field"], fault["message"]) for fault in body["error"].get("errors", [])]
