"""Bodies as the document's curl commands send them, to the byte, and what of answers is new each time."""

from typing import Any

CREATE_MONITOR = b'{ "name" : "Fullstack Monitor Test", "frequency" : 60, "location" : "eu" }'
CREATE_WITH_TEMPLATE = (
    b'{ "name" : "Fullstack Monitor Test", "frequency" : 60, "location" : "eu", "active" : false, "templates" : '
    b'[ { "name" : "Fullstack Template Test", "href" : "http://apiscience.com", "method" : "POST", "headers" : '
    b'[ { "Authorization" : "none" }, { "Authorization" : "oauth2" }, { "Dynamic" : "{{foobar}}" } ], "params" : '
    b'[ { "foobar" : "cow" } ], "validators" : [ { "kind" : "regex", "assertion" : "foo" } ] } ] }'
)
CREATE_TEMPLATE = (
    b'{\n  "name": "My Cool Template",\n  "method": "POST",\n  "href": "http://apiscience.com",\n  "headers": [\n'
    b'    { "Authorization": "none" },\n    { "Authorization": "oauth2" },\n    { "Dynamic": "{{foobar}}" }\n  ],\n'
    b'  "urlParameters": [\n    { "foobar": "cow" }\n  ],\n  "body": null,\n  "preProcessScript": null,\n'
    b'  "validations": []\n}\n'
)
MASS_CHANGE = b'{ "active" : false }'
CREATE_TAGS = b'{ "tags" : [ "foo", "bar" ] }'
TYPED = {"Content-Type": "application/json"}

NOW = "2026-03-01T12:00:00.000Z"
"""The moment at which tests begin, as the API writes it."""
NEVER = {"status": "pending", "performance": 0, "uptime": 0, "lastCheck": None}
"""The summary of a monitor that was never checked."""


def known(value: Any) -> Any:
    """Return the value with the numbers of its objects replaced: they are what they are."""
    if isinstance(value, list):
        return [known(item) for item in value]
    if isinstance(value, dict):
        return {name: ("<id>" if name == "id" else known(item)) for name, item in value.items()}
    return value
