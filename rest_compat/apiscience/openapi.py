"""The API as an OpenAPI document."""

from typing import Any

from rest_compat.apiscience.dialect import ApiScienceDialect
from rest_compat.apiscience.routes import TABLE
from rest_compat.openapi import Api, document


def openapi(root: str) -> dict[str, Any]:
    """Return the document of the API that is served at `<root>/v1`."""
    api = Api(
        title="API Science API",
        version="v1",
        security={"key": {"type": "http", "scheme": "bearer"}},
        forms={name: form for name, form in ApiScienceDialect.forms.items() if name != "suffix"},
    )
    return document(api, TABLE, f"{root}/v1")
