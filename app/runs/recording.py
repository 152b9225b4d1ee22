"""What is kept of requests, responses and messages: bounded, without secrets, and such that every database takes it."""

from collections.abc import Iterable
from itertools import chain

from app.probes.http import RECORDED_BODY_BYTES
from app.probes.result import Response
from app.rules.steps import Pairs, StepRequest
from app.runs.masking import Masking
from app.runs.result import RecordedResponse

_WIDEST = 4  # bytes of one character
_REPLACEMENT = "\ufffd"


class Recorder:
    """Writes down what a run shows; these secrets are masked in all of it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._masking = Masking(storable(secret) for secret in secrets)

    @property
    def has_secrets(self) -> bool:
        """Tell whether there is anything to mask."""
        return self._masking.longest > 0

    def message(self, message: str) -> str:
        """Return a sentence as it is kept."""
        return self._masking.message(storable(message))

    def request(self, request: StepRequest) -> StepRequest:
        """Return a request as it is kept."""
        if self._are_plain(request.method, request.href, request.body or "", *_texts(request.headers, request.params)):
            return request
        return StepRequest(
            self._text(request.method),
            self._text(request.href),
            self._pairs(request.headers),
            self._pairs(request.params),
            None if request.body is None else self._text(request.body),
        )

    def response(self, response: Response, body: str) -> RecordedResponse:
        """Return a response as it is kept; `body` is its body as text, from the start to beyond what is kept."""
        # Masked before it is cut: the rest of a secret could not be found any more.
        start = self._text(body[: RECORDED_BODY_BYTES + self._masking.longest])
        return RecordedResponse(response.status, self._pairs(response.headers), _cut(start))

    def _pairs(self, pairs: Pairs) -> Pairs:
        if self._are_plain(*_texts(pairs)):
            return pairs
        return tuple((self._text(name), self._text(value)) for name, value in pairs)

    def _are_plain(self, *texts: str) -> bool:
        """Tell, at little cost, that these can be kept as they are, as nearly always."""
        return not self.has_secrets and _is_plain("".join(texts))

    def _text(self, text: str) -> str:
        return self._masking.text(storable(text))


def storable(text: str) -> str:
    """Return the text without what PostgreSQL, or no encoding at all, can keep: NUL, and halves of characters."""
    return text if _is_plain(text) else text.replace("\0", _REPLACEMENT).encode(errors="replace").decode()


def _is_plain(text: str) -> bool:
    return text.isascii() and "\0" not in text


def _texts(*pairs: Pairs) -> Iterable[str]:
    return chain.from_iterable(chain.from_iterable(pairs))


def _cut(text: str) -> str:
    if len(text) * _WIDEST <= RECORDED_BODY_BYTES:
        return text
    encoded = text.encode()
    return text if len(encoded) <= RECORDED_BODY_BYTES else encoded[:RECORDED_BODY_BYTES].decode(errors="ignore")
