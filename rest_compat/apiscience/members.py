"""Taking the members of a JSON object one by one, and noting everything that is wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from app.errors import InvalidInput
from app.rules.steps import Pairs
from app.rules.variables import number
from app.store.check_changes import UNSET, Unset
from rest_compat.apiscience.errors import Fault, Faulty, Path

T = TypeVar("T")
_LARGEST = 2**63 - 1


class Members:
    """A JSON object at a place in a body; what is wrong is noted in `faults`, which the whole body shares."""

    def __init__(self, given: Any, path: Path = (), faults: list[Fault] | None = None) -> None:
        self.path = path
        self.faults = [] if faults is None else faults
        self._is_object = isinstance(given, Mapping)
        self._given: Mapping[str, Any] = given if self._is_object else {}
        if not self._is_object:
            self.blame((), "is not an object")

    def blame(self, path: Path, message: str) -> None:
        """Note a fault at this path below the object."""
        self.faults.append(Fault((*self.path, *path), message))

    def refuse_faulty(self) -> None:
        """Raise Faulty when anything was noted so far."""
        if self.faults:
            raise Faulty(self.faults)

    def first_of(self, *names: str) -> str:
        """Return the first of these names that is given, one that is not null before the others.

        The first of all when none is given.
        """
        given = [name for name in names if name in self._given]
        return next((name for name in given if self._given[name] is not None), (*given, *names)[0])

    def take(self, name: str, read: Callable[[Any], T], *, default: T | Unset = UNSET) -> T | Unset:
        """Return a member as `read` understands it, UNSET when it is not there; null is the default.

        A member that `read` refuses is noted, and UNSET. Null without a default is read like any other value.
        """
        if name not in self._given:
            return UNSET
        value = self._given[name]
        if value is None and default is not UNSET:
            return default
        try:
            return read(value)
        except InvalidInput as error:
            for fault in error.faults if isinstance(error, Faulty) else [Fault(error.path, error.message)]:
                self.blame((name, *fault.field), fault.message)
            return UNSET

    def need(self, name: str, read: Callable[[Any], T]) -> T | Unset:
        """Return a member as `take` does; one that is not there, or null, is noted."""
        if self._given.get(name) is None:
            if self._is_object:
                self.blame((name,), "is required")
            return UNSET
        return self.take(name, read)

    def each(self, name: str, read: Callable[["Members"], T | None], *, most: int) -> tuple[T, ...] | Unset:
        """Return the objects of an array, each as `read` understands it but None; null is an empty array.

        More than `most` are noted, and not looked at.
        """
        none: list[Any] = []
        items = self.take(name, array, default=none)
        if items is UNSET:
            return UNSET
        if len(items) > most:
            self.blame((name,), f"has more than {most} items")
            return UNSET
        parts = (Members(item, (*self.path, name, str(at)), self.faults) for at, item in enumerate(items))
        return tuple(found for part in parts if (found := read(part)) is not None)


def array(value: Any) -> list[Any]:
    """Return an array."""
    if not isinstance(value, list):
        raise InvalidInput("is not an array")
    return value


def text(value: Any) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise InvalidInput("is not a string")
    return value


def flag(value: Any) -> bool:
    """Return a boolean."""
    if not isinstance(value, bool):
        raise InvalidInput("is not true or false")
    return value


def whole_number(value: Any) -> int:
    """Return an integer."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _LARGEST:
        raise InvalidInput("is not an integer")
    return value


def spelled(value: Any) -> str:
    """Return a string, or a number or boolean as JavaScript spells it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    raise InvalidInput("is not a string, a number, true or false")


def texts(value: Any) -> tuple[str, ...]:
    """Return an array of strings."""
    items = array(value)
    for at, item in enumerate(items):
        if not isinstance(item, str):
            raise InvalidInput("is not a string", (str(at),))
    return tuple(items)


def pairs(value: Any) -> Pairs:
    """Return names and values: of an array of objects, mostly of one pair each, or of one object."""
    if isinstance(value, Mapping):
        return _pairs_of(value, ())
    found: list[tuple[str, str]] = []
    for at, item in enumerate(array(value)):
        if not isinstance(item, Mapping):
            raise InvalidInput("is not an object of a name and a value", (str(at),))
        found += _pairs_of(item, (str(at),))
    return tuple(found)


def _pairs_of(given: Mapping[str, Any], path: Sequence[str]) -> Pairs:
    return tuple((name, _value(value, (*path, name))) for name, value in given.items())


def _value(value: Any, path: Path) -> str:
    try:
        return spelled(value)
    except InvalidInput as error:
        raise InvalidInput(error.message, path) from error
