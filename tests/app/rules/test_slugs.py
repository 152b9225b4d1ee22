"""How names become slugs (section 6 of specs/healthchecks.md)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.slugs import MAX_SLUG_LENGTH, slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("  Foo -- Bar_baz!  ", "foo-bar_baz"),
        ("日本", ""),
        ("", ""),
        ("Backup", "backup"),
        ("Crème Brûlée №5", "creme-brulee-no5"),
        ("a\t\n b", "a-b"),
        ("a - - b", "a-b"),
        ("a.b/c", "abc"),
        ("__private__", "private"),
        ("-_-a_-_b-_-", "a_-_b"),
        ("100% done", "100-done"),
        ("x" * 99 + " yz", "x" * 99),
        ("\u33c2" * 100, "am" * 50),
    ],
)
def test_slug_of_a_name(name, slug):
    assert slug_of(name) == slug


@given(name=st.text(max_size=200))
def test_slug_always_fits_the_pattern_and_is_its_own_slug(name):
    slug = slug_of(name)

    assert len(slug) <= MAX_SLUG_LENGTH
    assert re.fullmatch(r"[a-z0-9_-]*", slug)
    assert slug == slug.strip("-_")
    assert slug_of(slug) == slug
