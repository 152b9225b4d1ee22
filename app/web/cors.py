"""Letting scripts of other sites read an answer (specs/healthchecks.md section 3)."""

from functools import cache


@cache
def cors_headers(allowed: tuple[str, ...]) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that open an answer to every site; `allowed` are the methods of the path but OPTIONS."""
    return (
        (b"access-control-allow-origin", b"*"),
        (b"access-control-allow-headers", b"X-Api-Key"),
        (b"access-control-allow-methods", allow(allowed).encode()),
        (b"access-control-max-age", b"600"),
    )


def allow(allowed: tuple[str, ...]) -> str:
    """Return the methods of a path as headers list them, OPTIONS among them."""
    return ", ".join((*allowed, "OPTIONS"))
