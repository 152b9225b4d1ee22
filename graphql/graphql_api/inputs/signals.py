"""Which signals count for a check, and as what: the words of the schema, and the fields of a check behind them."""

from collections.abc import Iterable, Mapping, Sequence

import strawberry

from app.errors import InvalidInput
from app.rules.check_settings import METHODS
from app.rules.states import PingKind
from graphql_api.enums import SignalSource

FLAGS: Mapping[SignalSource, str] = {
    SignalSource.SUBJECT: "filter_subject",
    SignalSource.BODY: "filter_body",
    SignalSource.HTTP_BODY: "filter_http_body",
}
"""The field that tells whether a source is looked at."""
KEYWORDS: Mapping[PingKind, str] = {
    PingKind.START: "start_keywords",
    PingKind.SUCCESS: "success_keywords",
    PingKind.FAIL: "failure_keywords",
}
"""The field that holds the words of a kind, with commas between them: every source looks for the same."""
_UNMATCHED: Mapping[PingKind, bool] = {PingKind.FAIL: True, PingKind.IGNORED: False}


@strawberry.input(description="Words that decide what a signal counts as.")
class SignalFilterInput:
    """One source and what its keywords mean."""

    source: SignalSource = strawberry.field(description="Where the words are looked for.")
    kind: PingKind = strawberry.field(description="What a signal counts as that holds one: START, SUCCESS or FAIL.")
    keywords: list[str] = strawberry.field(
        description="The words, none with a comma; a kind has the same for every source, 200 characters in all."
    )


def words_of(text: str) -> list[str]:
    """Return the words of a text that has commas between them."""
    return [word for part in text.split(",") if (word := part.strip())]


def signal_changes(
    methods: Sequence[str] | None, filters: Sequence[SignalFilterInput] | None, unmatched: PingKind | None
) -> dict[str, str | bool]:
    """Return what is given as fields of `CheckChanges`; InvalidInput for what a check cannot keep."""
    changes: dict[str, str | bool] = {}
    if methods is not None:
        changes["methods"] = _methods(methods)
    if filters is not None:
        changes |= _filters(filters)
    if unmatched is not None:
        if unmatched not in _UNMATCHED:
            raise InvalidInput("Without its words a signal counts as FAIL or is IGNORED.", path=("unmatchedKind",))
        changes["filter_default_fail"] = _UNMATCHED[unmatched]
    return changes


def _methods(methods: Sequence[str]) -> str:
    text = " ".join(methods)
    if text not in METHODS:
        raise InvalidInput("Name POST alone, or no method for all.", path=("acceptedMethods",))
    return text


def _filters(filters: Sequence[SignalFilterInput]) -> dict[str, str | bool]:
    if any(one.kind not in KEYWORDS for one in filters):
        raise _refusal("Words can mean START, SUCCESS or FAIL.")
    if len({(one.source, one.kind) for one in filters}) < len(filters):
        raise _refusal("Each source and kind can be given once.")
    sources = {one.source for one in filters}
    flags = {flag: source in sources for source, flag in FLAGS.items()}
    return flags | {name: _words(filters, kind, len(sources)) for kind, name in KEYWORDS.items()}


def _words(filters: Iterable[SignalFilterInput], kind: PingKind, sources: int) -> str:
    named = [one.keywords for one in filters if one.kind is kind and one.keywords]
    if any(words_of(word) != [word] for words in named for word in words):
        raise _refusal("A keyword is not empty, and has no comma and no space around it.")
    if named and (len(named) < sources or any(words != named[0] for words in named)):
        raise _refusal("Every source looks for the same words: give each kind the same ones for each source.")
    return ",".join(named[0]) if named else ""


def _refusal(message: str) -> InvalidInput:
    return InvalidInput(message, path=("signalFilters",))
