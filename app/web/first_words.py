"""What a starting server prints: where to go, and at the very first start the secrets, this once."""

from typing import Any


def first_words(root: str, made: dict[str, Any] | None) -> str:
    """Return the text for the terminal; `made` is what the first start made, None at later ones."""
    lines = [
        "",
        f"Heliograph is at {root}",
        "",
        f"  Explorer          {root}/graphql",
        f"  Healthchecks API  {root}/api/v1/checks/",
        f"  API Science API   {root}/v1/monitors",
        f"  Pings             {root}/ping/",
        "",
    ]
    return "\n".join(lines + (_secrets(root, made) if made else []))


def _secrets(root: str, made: dict[str, Any]) -> list[str]:
    project, keys, user, check = made["project"], made["keys"], made["user"], made["check"]
    return [
        "This is its first start. Keep these, they are not shown again:",
        "",
        f"  Project           {project['name']}, {project['id']}",
        f"  Read-write key    {keys['read_write']}",
        f"  Read-only key     {keys['read_only']}",
        f"  Ping key          {keys['ping']}",
        f"  Admin key         {user['token']}",
        f"  User              {user['email']}",
        f"  Password          {user['password']}",
        "",
        f"{check['name']} waits for its first ping:",
        "",
        f"  curl {check['ping_url']}",
        f"  curl {root}/api/v1/checks/ --header 'X-Api-Key: {keys['read_write']}'",
        "",
    ]
