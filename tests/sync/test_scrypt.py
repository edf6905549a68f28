"""Secrets at rest: what is kept tells nothing, and what is kept wrongly opens nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.scrypt import MOST_COST, hashed, matches, nobody

COST = 4


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_secret_matches_itself_alone(secret: str, other: str) -> None:
    kept = hashed(secret, COST)
    assert matches(secret, kept)
    assert matches(other, kept) is (other == secret)
    assert hashed(secret, COST) != kept, "each has its own salt"


@pytest.mark.parametrize(
    "kept", ["", "scrypt", "scrypt$4$zz$00", "scrypt$x$00$00", "scrypt$4$00", "a$b$c$d$e", "scrypt$-1$00$00"]
)
def test_what_is_no_hash_matches_nothing(kept: str) -> None:
    assert not matches("", kept)


def test_nothing_matches_nobody_and_a_file_cannot_make_a_try_take_for_ever() -> None:
    assert not matches("", nobody(COST))
    assert not matches("x", nobody(40)), f"as long as {MOST_COST} takes, and no longer"
