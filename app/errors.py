"""What can be refused, and why: one tree, one stable code a leaf.

    HeliographError
    ├── Unauthenticated        no key, or a key that matches nothing
    ├── Forbidden              the key may not do this
    ├── NotFound               nothing by that name
    │   └── Foreign            it exists, in another project
    ├── InvalidInput           the input breaks a rule
    ├── Conflict               the input fits, the present state does not
    ├── LimitReached           a stated limit would be passed
    │   └── Busy               of what goes on at once: later it would not
    └── Unavailable            a part we depend on does not answer

Each shim maps the codes to its own statuses and envelopes in one table.
"""


class HeliographError(Exception):
    """Something was refused; `code` is stable, the message is safe to show to a person."""

    code = "INTERNAL"

    def __init__(self, message: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class Unauthenticated(HeliographError):
    """No key was given, or it matches nothing."""

    code = "UNAUTHENTICATED"


class Forbidden(HeliographError):
    """The key is valid and may not do this."""

    code = "FORBIDDEN"


class NotFound(HeliographError):
    """Nothing that the caller may see has this name."""

    code = "NOT_FOUND"


class Foreign(NotFound):
    """It exists, in another project: only the Healthchecks dialect may tell."""


class InvalidInput(HeliographError):
    """The input breaks a rule; `path` names the field."""

    code = "INVALID"


class Conflict(HeliographError):
    """The input is well formed, and the present state refuses it."""

    code = "CONFLICT"


class LimitReached(HeliographError):
    """One more would pass a limit."""

    code = "LIMIT_REACHED"

    def __init__(self, message: str, *, limit: int, used: int) -> None:
        super().__init__(message)
        self.limit = limit
        self.used = used


class Busy(LimitReached):
    """As much of this goes on as may at once: later there is room."""


class Unavailable(HeliographError):
    """A part that we depend on (database, mail server) does not answer."""

    code = "UNREACHABLE"
