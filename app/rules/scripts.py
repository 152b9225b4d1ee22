"""What a script may be; what it does is known only when it runs."""

from app.errors import InvalidInput

MAX_SCRIPT_LENGTH = 65_536


def check_script(text: str, path: tuple[str, ...] = ()) -> None:
    """Raise `InvalidInput` for a script that is too long; `path` names its field."""
    if len(text) > MAX_SCRIPT_LENGTH:
        raise InvalidInput(f"a script has at most {MAX_SCRIPT_LENGTH} characters", path)
