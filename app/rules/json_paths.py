"""JSON paths (RFC 9535), evaluated for a bounded time (specs/apiscience.md section 7).

`$..*..*` over a small document takes hours, and the library cannot be stopped from outside. So it walks documents whose
objects and lists look at the clock whenever it looks into them. A path that names one place at most needs no such care.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonpath import CompoundJSONPath, JSONPath, JSONPathEnvironment, JSONPathError
from jsonpath.function_extensions import Count, ExpressionType, FilterFunction, Length, Value

from app.errors import InvalidInput
from app.rules import javascript_regex
from app.rules.bounds import Stopwatch, TooCostly

MAX_PATH_LENGTH = 1000
MAX_VALUES = 10_000
"""Values that a path may select."""


def check(path: str) -> None:
    """Raise `InvalidInput` for what is no JSON path, and for paths that are too long."""
    _compiled(path)


def selected(path: str, document: Any) -> list[Any]:
    """Return the values that a path selects in a JSON document, in its order.

    Raises `TooCostly` when the time of a `Stopwatch` is over, for more than `MAX_VALUES`, and for documents nested
    more deeply than the path can follow; `InvalidInput` as `check` does.
    """
    compiled = _compiled(path)
    try:
        if not compiled.singular_query():
            document = _timed(document, Stopwatch())
        values = [match.obj for match in islice(compiled.finditer(document), MAX_VALUES + 1)]
    except RecursionError as error:  # the library's own is one, too
        raise TooCostly("the document is nested too deeply for the path") from error
    if len(values) > MAX_VALUES:
        raise TooCostly(f"the path selects more than {MAX_VALUES} values")
    return values


@lru_cache(maxsize=256)
def _compiled(path: str) -> JSONPath:
    if len(path) > MAX_PATH_LENGTH:
        raise InvalidInput(f"a JSON path has at most {MAX_PATH_LENGTH} characters")
    try:
        compiled = _ENVIRONMENT.compile(path)
    except JSONPathError as error:
        raise InvalidInput(f"this is no JSON path of RFC 9535{_place(error)}") from error
    if isinstance(compiled, CompoundJSONPath):  # a dialect of its own, which strict parsing lacks
        raise InvalidInput("this is no JSON path of RFC 9535")
    return compiled


def _place(error: JSONPathError) -> str:
    if error.token is None:
        return ""
    return ", see its end" if error.token.index < 0 else f", see character {error.token.index + 1}"


class _TimedList(list[Any]):
    """A list that looks at the clock for each item that is taken."""

    __slots__ = ("watch",)
    watch: Stopwatch

    def __iter__(self) -> Iterator[Any]:
        for item in super().__iter__():
            self.watch.look()
            yield item
        self.watch.look()


class _TimedObject(dict[str, Any]):
    """An object that looks at the clock for each member that is taken."""

    __slots__ = ("watch",)
    watch: Stopwatch

    def items(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]  # all that the library asks of them
        for item in super().items():
            self.watch.look()
            yield item
        self.watch.look()


def _timed(document: Any, watch: Stopwatch) -> Any:
    if isinstance(document, dict):
        made: _TimedObject | _TimedList = _TimedObject((name, _timed(value, watch)) for name, value in document.items())
    elif isinstance(document, list):
        made = _TimedList(_timed(value, watch) for value in document)
    else:
        return document
    made.watch = watch
    return made


class _Regex(FilterFunction):
    """The functions `match` and `search`: what is no pattern, or too slow, matches nothing."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012  the library's own form
    return_type = ExpressionType.LOGICAL

    def __init__(self, form: str) -> None:
        self._form = form

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        try:
            return javascript_regex.found(self._form.format(pattern), value)
        except InvalidInput:
            return False


class _Environment(JSONPathEnvironment):
    """The RFC's dialect, with our regular expressions."""

    def setup_function_extensions(self) -> None:
        """Offer the functions of the RFC, and no others."""
        functions = {"length": Length(), "count": Count(), "value": Value()}
        self.function_extensions |= functions | {"match": _Regex("^(?:{})$"), "search": _Regex("{}")}

    def getitem(self, obj: Any, key: Any) -> Any:
        """Take one part of an object or list."""
        if isinstance(obj, _TimedObject | _TimedList):
            obj.watch.look()
        return super().getitem(obj, key)


_ENVIRONMENT = _Environment(strict=True)
