"""The request of a step as it goes to the probe: its parameters in its URL, its body as bytes."""

from urllib.parse import quote

from app.errors import InvalidInput
from app.probes.result import Request
from app.rules.steps import Pairs, StepRequest


def sendable(request: StepRequest) -> Request:
    """Return the request to send; raises `InvalidInput` for text that no encoding can write."""
    try:
        body = request.body.encode() if request.body else None
        return Request(request.method.upper(), with_params(request.href, request.params), request.headers, body)
    except UnicodeEncodeError as error:
        raise InvalidInput("the request holds text that is not valid Unicode") from error


def with_params(href: str, params: Pairs) -> str:
    """Return the URL with these parameters, encoded, behind those that it has (specs/apiscience.md section 6)."""
    if not params:
        return href
    address, hash_, fragment = href.partition("#")
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in params)
    between = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
    return f"{address}{between}{query}{hash_}{fragment}"
