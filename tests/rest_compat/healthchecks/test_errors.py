"""What is answered to each kind of refusal."""

import pytest

from app.errors import (
    Conflict,
    Forbidden,
    Foreign,
    HeliographError,
    InvalidInput,
    LimitReached,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from rest_compat.healthchecks.errors import NOT_FOUND_PAGE, refusal


class OwnKind(NotFound):
    """A class that the table does not name."""


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (Unauthenticated("missing api key"), 401, b'{"error":"missing api key"}'),
        (Forbidden("This key may only read."), 401, b'{"error":"wrong api key"}'),
        (Foreign("x"), 403, b""),
        (NotFound("x"), 404, NOT_FOUND_PAGE.encode()),
        (OwnKind("x"), 404, NOT_FOUND_PAGE.encode()),
        (InvalidInput("ž"), 400, b'{"error":"\\u017e"}'),
        (InvalidInput(""), 400, b""),
        (LimitReached("x", limit=1, used=1), 403, b""),
        (Conflict("check is not paused"), 409, b"check is not paused"),
        (Unavailable("x"), 503, b'{"error":"x"}'),
    ],
)
def test_each_error(error: HeliographError, status: int, body: bytes):
    answer = refusal(error)

    assert (answer.status_code, bytes(answer.body)) == (status, body)


def test_every_error_of_the_house_has_an_answer():
    def leaves(kind: type[HeliographError]) -> list[type[HeliographError]]:
        return [kind] + [leaf for child in kind.__subclasses__() for leaf in leaves(child)]

    for kind in leaves(HeliographError)[1:]:
        if kind.__module__ == "app.errors":
            error = kind("x", limit=1, used=1) if issubclass(kind, LimitReached) else kind("x")
            assert refusal(error).status_code >= 400
