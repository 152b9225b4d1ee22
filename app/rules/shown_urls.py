"""URLs as they may be shown to whoever is told of an alert."""

from urllib.parse import urlsplit


def shown_url(url: str) -> str:
    """Return the URL without credentials, query and fragment, which may hold secrets; empty for what is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
