"""JSON in ASCII alone, as fast as JSON in UTF-8."""

import re
from json.encoder import encode_basestring_ascii
from typing import Any

import orjson

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def ascii_json(value: Any) -> bytes:
    r"""Return the value as compact JSON, keys in their order, what is not ASCII as `\uXXXX`.

    Instants are written without their fraction of a second, which is cut off. Only strings can hold other characters,
    so they are escaped in the finished text, and only if there are any.
    """
    written = orjson.dumps(value, option=orjson.OPT_OMIT_MICROSECONDS)
    if written.isascii():
        return written
    return _BEYOND_ASCII.sub(_escaped, written.decode()).encode("ascii")


def _escaped(found: re.Match[str]) -> str:
    return encode_basestring_ascii(found[0])[1:-1]
