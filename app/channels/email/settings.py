"""The settings of a mail channel (specs/healthchecks.md section 12: a choice of up and down)."""

import re
from typing import Annotated, Any

from email_validator import EmailNotValidError, ValidatedEmail, validate_email
from pydantic import AfterValidator, Field

from app.channels.kind import DownAndUpSettings

# Names that exist on a site of one's own only; the validator, made for the public ones, knows them as reserved.
_SITE_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?:localhost|local|test|home\.arpa)", re.IGNORECASE
)
_PUBLIC_DOMAIN = "example.org"


def _deliverable(address: str) -> str:
    """Normalise the address, by the validator or, for a domain of this site, by the validator's local part."""
    local, _, domain = address.rpartition("@")
    if not _SITE_DOMAIN.fullmatch(domain):
        valid = _validated(address)
        return valid.ascii_email or valid.normalized
    return f"{_validated(f'{local}@{_PUBLIC_DOMAIN}').local_part}@{domain.lower()}"


def _validated(address: str) -> ValidatedEmail:
    try:
        return validate_email(address, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


class Settings(DownAndUpSettings):
    """Whom to write to, and about what."""

    address: Annotated[str, Field(max_length=254, description="Whom to write to."), AfterValidator(_deliverable)]


def from_value(value: str, more: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a mail channel to the address `value`."""
    return {"address": value, **more}
