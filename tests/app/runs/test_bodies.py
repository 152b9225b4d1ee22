"""Bodies as text: unpacked where they came packed, whatever was done to them."""

import gzip
import zlib

import pytest

from app.probes.http import MAX_BODY_BYTES
from app.probes.result import Response
from app.runs.bodies import body_text

TEXT = "all is well, \N{SNOWMAN}"


def response(body: bytes, encoding: str, *, size: int | None = None) -> Response:
    headers = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Encoding", encoding))
    return Response(200, headers, body, len(body) if size is None else size)


def raw_deflated(data: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(data) + packing.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(TEXT.encode(), mtime=0)),
        (" GZIP ", gzip.compress(TEXT.encode(), mtime=0)),
        ("x-gzip", gzip.compress(TEXT.encode(), mtime=0)),
        ("deflate", zlib.compress(TEXT.encode())),
        ("deflate", raw_deflated(TEXT.encode())),
        ("identity", TEXT.encode()),
        ("gzip", TEXT.encode()),
    ],
    ids=["gzip", "in capitals", "x-gzip", "deflate", "deflate without a head", "as it is", "not packed after all"],
)
def test_a_packed_body_is_unpacked(encoding: str, body: bytes) -> None:
    assert body_text(response(body, encoding)) == TEXT


def test_a_small_body_that_is_large_when_unpacked_is_cut() -> None:
    bomb = gzip.compress(b"x" * (3 * MAX_BODY_BYTES), mtime=0)

    assert body_text(response(bomb, "gzip")) == "x" * MAX_BODY_BYTES


def test_of_a_packed_body_that_was_cut_off_the_start_is_read() -> None:
    packed = gzip.compress(TEXT.encode() * 1000, mtime=0)

    text = body_text(response(packed[: len(packed) // 2], "gzip", size=len(packed)))

    assert (TEXT * 1000).startswith(text)
