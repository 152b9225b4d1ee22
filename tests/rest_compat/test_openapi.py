"""OpenAPI documents of route tables."""

import pytest
from jsonschema_rs import validator_for

from rest_compat.healthchecks.openapi import openapi
from rest_compat.healthchecks.routes import documented


@pytest.fixture(scope="module")
def document() -> dict:
    return openapi(1, "http://testserver")


def test_every_row_is_in_the_document(document: dict):
    rows = {(row.path, row.method.lower()) for row in documented(1)}

    assert {(path, method) for path, methods in document["paths"].items() for method in methods} == rows


def test_a_creation_has_its_body_answers_and_refusals(document: dict):
    create = document["paths"]["/checks/"]["post"]

    assert create["summary"] == "Create a check"
    assert list(create["responses"]) == ["201", "200", "400", "401", "403"]
    body = create["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["timeout"] == {"type": "integer", "minimum": 60, "maximum": 2592000}
    assert "content" not in create["responses"]["403"]


def test_what_asks_for_no_key_says_so_and_what_it_asks_for_instead(document: dict):
    metrics = document["paths"]["/metrics/"]["get"]
    report = document["paths"]["/notifications/{uuid}/status"]["post"]

    assert metrics["security"] == report["security"] == []
    assert metrics["parameters"] == [{"name": "X-Metrics-Key", "in": "header", "schema": {"type": "string"}}]
    assert list(report["requestBody"]["content"]) == ["application/x-www-form-urlencoded"]
    assert "security" not in document["paths"]["/checks/"]["get"]


def test_names_in_paths_are_parameters_of_their_form(document: dict):
    [check, number] = document["paths"]["/checks/{uuid}/pings/{n}/body"]["get"]["parameters"]

    assert (check["name"], check["in"], check["required"]) == ("uuid", "path", True)
    assert (number["name"], number["schema"]) == ("n", {"type": "string", "pattern": "^[0-9]{1,30}$"})


def test_the_limits_are_those_of_the_version():
    newer = openapi(3, "http://testserver")["paths"]["/checks/{uuid}"]["post"]

    body = newer["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["grace"]["maximum"] == 31536000


def test_every_schema_is_one(document: dict):
    for methods in document["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    validator_for(content["schema"])
