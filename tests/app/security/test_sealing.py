"""Texts that are sealed open again, in any process with the same secret, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security.sealing import Sealer

SEALER = Sealer(b"secret")


@given(st.text())
def test_what_is_sealed_opens_again_in_another_process(text: str) -> None:
    sealed = SEALER.seal(text)

    assert Sealer(b"secret").open(sealed) == text


def test_the_same_text_is_sealed_in_another_way_each_time() -> None:
    assert len({SEALER.seal("text") for _ in range(100)} | {Sealer(b"secret").seal("text")}) == 101


@pytest.mark.parametrize(
    "sealed",
    ["", "no base64!", "AAAA", SEALER.seal("text")[:-4], SEALER.seal("text")[:-4] + "AAA=", Sealer(b"x").seal("text")],
    ids=["empty", "other letters", "too short", "cut off", "changed", "another secret"],
)
def test_what_was_not_sealed_with_the_secret_does_not_open(sealed: str) -> None:
    with pytest.raises(ValueError, match="does not open"):
        SEALER.open(sealed)
