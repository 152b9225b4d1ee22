"""The URLs of badges; who has one needs no key (specs/healthchecks.md section 14)."""

from dataclasses import dataclass
from urllib.parse import quote

from app.security.keys import Vault

EVERY_CHECK = "*"
"""Stands where a tag would, for all checks of a project."""
TWO_STATES = "-2"
"""Ends the signature of a badge that is never late."""


@dataclass(frozen=True, slots=True)
class BadgeUrls:
    """Where one badge is found in each of its formats."""

    svg: str
    json: str
    shields: str


def check_badge_url(root: str, badge_uuid: str, form: str, *, with_late: bool = False) -> str:
    """Return the URL, below the site's root, of a check's badge in the format `form`."""
    return f"{root}/b/{3 if with_late else 2}/{badge_uuid}.{form}"


def check_badge(root: str, badge_uuid: str, *, with_late: bool) -> BadgeUrls:
    """Return the URLs of a check's badge, which tells late from up or not."""
    return BadgeUrls(
        *(check_badge_url(root, badge_uuid, form, with_late=with_late) for form in ("svg", "json", "shields"))
    )


def tag_badge(root: str, vault: Vault, badge_key: str, tag: str, *, with_late: bool) -> BadgeUrls:
    """Return the URLs of the badge of a project's checks that carry the tag, or of all (`EVERY_CHECK`)."""
    signature = vault.badge_signature(badge_key, tag) + ("" if with_late else TWO_STATES)
    name = "" if tag == EVERY_CHECK else f"/{quote(tag, safe='')}"
    start = f"{root}/badge/{badge_key}/{signature}{name}"
    return BadgeUrls(f"{start}.svg", f"{start}.json", f"{start}.shields")
