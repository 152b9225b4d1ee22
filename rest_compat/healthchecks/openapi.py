"""The management API as an OpenAPI document."""

from typing import Any

from rest_compat.healthchecks.dialect import HealthchecksDialect
from rest_compat.healthchecks.routes import documented
from rest_compat.openapi import Api, document


def openapi(version: int, root: str) -> dict[str, Any]:
    """Return the document of one version of the API that is served at `<root>/api/v<version>`."""
    api = Api(
        title="Healthchecks management API",
        version=f"v{version}",
        security={"key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
        forms=HealthchecksDialect.forms,
    )
    return document(api, documented(version), f"{root}/api/v{version}")
