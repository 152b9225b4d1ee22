"""The body of a response as text."""

import codecs
import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

from app.probes.http import MAX_BODY_BYTES
from app.probes.result import Response

_GZIP = (zlib.MAX_WBITS | 16,)
_FORMATS = {"gzip": _GZIP, "x-gzip": _GZIP, "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS)}
"""By which of zlib's formats each Content-Encoding is read; some servers leave out the head of a deflated body."""

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_KNOWN = re.compile(
    r"utf-(8|16|16-le|16-be|32)|ascii|iso8859-\d+|cp(125\d|437|850|866|874|932|949|950)|koi8-[ru]|mac-roman|"
    r"gb2312|gbk|gb18030|big5|shift_jis|euc_(jp|kr)|iso2022_jp|tis-620"
)
"""Python's names of encodings that pages are written in; others of its own can take for ever to read."""


def body_text(response: Response) -> str:
    """Return the body by the charset that its Content-Type names, else UTF-8; bytes that are no text are replaced.

    A body that was packed by gzip or deflate is unpacked, a megabyte of it at most. A character that a limit cut
    through is left out.
    """
    encoding = _encoding(response.content_type or "")
    body = _unpacked(response.body, _FORMATS.get((response.header("content-encoding") or "").strip().lower(), ()))
    if body is response.body and not response.truncated:
        return body.decode(encoding, "replace")
    return codecs.getincrementaldecoder(encoding)("replace").decode(body)


def _unpacked(packed: bytes, formats: Sequence[int]) -> bytes:
    """Return the start of what was packed in one of these formats; what is no such thing stays as it is."""
    for each in formats:
        try:
            return zlib.decompressobj(each).decompress(packed, MAX_BODY_BYTES)
        except zlib.error:
            continue
    return packed


@lru_cache(maxsize=256)
def _encoding(content_type: str) -> str:
    named = _CHARSET.search(content_type)
    if named is None:
        return "utf-8"
    try:
        name = codecs.lookup(named[1]).name
    except LookupError:
        return "utf-8"
    return name if _KNOWN.fullmatch(name) else "utf-8"
