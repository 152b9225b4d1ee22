"""What a mail is made of: its headers and its parts, however broken or hostile it is. Nothing here raises.

The standard parser is not used: it takes minutes over a mail of a few megabytes that nests parts by the hundred. All
here reads each byte a bounded number of times.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from codecs import lookup
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from functools import cached_property
from itertools import islice
from quopri import decodestring

MOST_PARTS = 100
"""Parts of a mail that are looked at, from its start."""
DEEPEST = 8
"""Parts within parts that are looked into."""
HEADER_BYTES = 64 * 1024
"""Of a part's headers so much is read."""
SUBJECT_CHARACTERS = 2_000

_BLANK_LINE = re.compile(rb"(?:\A|\n)\r?\n")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_PARAMETER = re.compile(r';\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s;"]+))')
_WORD = r"=\?[!->@-~]+\?[bq]\?[ ->@-~]*\?="
_WORDS = re.compile(rf"{_WORD}(?:\s+{_WORD})*", re.IGNORECASE)
# What these names stand for is no charset of mails, slow on purpose or full of warnings.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})


@dataclass(frozen=True)
class Part:
    """A mail or a part of one: headers by lower-case names, of which the first counts, and the body as it was sent."""

    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def kind(self) -> str:
        """The content type in lower case; plain text when none is named."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind if "/" in kind else "text/plain"

    @cached_property
    def is_attachment(self) -> bool:
        """Whether it is meant to be kept rather than read."""
        return self.headers.get("content-disposition", "").strip().lower().startswith("attachment")

    @cached_property
    def boundary(self) -> str:
        """What stands between its parts; empty when it has none."""
        return self._parameters.get("boundary", "") if self.kind.startswith("multipart/") else ""

    def text(self) -> str:
        """Return the body decoded leniently, by the encoding and the charset that it names."""
        return decoded(self._content(), self._parameters.get("charset", "utf-8"))

    @cached_property
    def _parameters(self) -> dict[str, str]:
        found = _PARAMETER.findall(self.headers.get("content-type", ""))
        return {name.lower(): quoted or plain for name, quoted, plain in reversed(found)}

    def _content(self) -> bytes:
        encoding = self.headers.get("content-transfer-encoding", "").strip().lower()
        if encoding == "quoted-printable":
            return decodestring(self.body)
        if encoding != "base64":
            return self.body
        try:
            return b64decode(self.body + b"==")  # more padding than needed does no harm, less does
        except NotBase64:
            return self.body


def read_part(raw: bytes) -> Part:
    """Divide a mail, or a part of one, into headers and body."""
    blank = _BLANK_LINE.search(raw)
    head, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    return Part(read_headers(head), body)


def read_headers(head: bytes) -> dict[str, str]:
    """Return the headers by lower-case names, unfolded and not decoded further; of a repeated one, the first."""
    text = _FOLD.sub("", head[:HEADER_BYTES].decode(errors="replace").replace("\0", ""))
    headers: dict[str, str] = {}
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return headers


def leaves(raw: bytes) -> Iterator[Part]:
    """Yield the parts that hold no parts themselves, in their order."""
    return islice(_leaves(raw, DEEPEST), MOST_PARTS)


def subject(part: Part) -> str:
    """Return the subject as people read it."""
    return _WORDS.sub(_read_words, part.headers.get("subject", "")[:SUBJECT_CHARACTERS])


def decoded(data: bytes, charset: str) -> str:
    """Decode leniently; by UTF-8 when the charset is unknown."""
    try:
        name = lookup(charset).name
        return data.decode("utf-8" if name in _NO_CHARSETS else name, "replace")
    except (LookupError, ValueError):
        return data.decode(errors="replace")


def _leaves(raw: bytes, depth: int) -> Iterator[Part]:
    part = read_part(raw)
    if not part.boundary or not depth:
        yield part
        return
    for child in _children(part.body, part.boundary):
        yield from _leaves(child, depth - 1)


def _children(body: bytes, boundary: str) -> Iterator[bytes]:
    """Yield what stands between the lines of this boundary; the last may lack the line that ends it.

    The line end before a boundary belongs to the boundary.
    """
    line = re.compile(rb"(?:\A|(?<=\n))--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*\r?(?:\n|\Z)")
    start: int | None = None
    for found in line.finditer(body):
        if start is not None:
            yield body[start : found.start()].removesuffix(b"\n").removesuffix(b"\r")
        if found[1]:
            return
        start = found.end()
    if start is not None:
        yield body[start:]


def _read_words(words: re.Match[str]) -> str:
    """Decode encoded words that stand side by side (RFC 2047)."""
    try:
        return "".join(
            word if isinstance(word, str) else decoded(word, (charset or "utf-8").partition("*")[0])
            for word, charset in decode_header(words[0])
        )
    except HeaderParseError:
        return words[0]
