"""The body of a response as text."""

import codecs
import re
from functools import lru_cache

from app.probes.result import Response

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_KNOWN = re.compile(
    r"utf-(8|16|16-le|16-be|32)|ascii|iso8859-\d+|cp(125\d|437|850|866|874|932|949|950)|koi8-[ru]|mac-roman|"
    r"gb2312|gbk|gb18030|big5|shift_jis|euc_(jp|kr)|iso2022_jp|tis-620"
)
"""Python's names of encodings that pages are written in; others of its own can take for ever to read."""


def body_text(response: Response) -> str:
    """Return the body by the charset that its Content-Type names, else UTF-8; bytes that are no text are replaced.

    A character that the limit on bodies cut through is left out.
    """
    encoding = _encoding(response.content_type or "")
    if not response.truncated:
        return response.body.decode(encoding, "replace")
    return codecs.getincrementaldecoder(encoding)("replace").decode(response.body)


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
