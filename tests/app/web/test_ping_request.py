"""Whatever is sent to a ping URL is read without a surprise."""

import re
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.states import PingKind
from app.store.check_changes import CheckChanges
from app.web.ping_request import BadPing, parse_path, parse_query

WORDS = st.text(st.sampled_from("abcdefXYZ0123456789-_"), min_size=1, max_size=30)
UUIDS = st.uuids().map(str)
ENDS = {"": PingKind.SUCCESS, "/start": PingKind.START, "/fail": PingKind.FAIL, "/log": PingKind.LOG}


@given(st.text(max_size=100))
def test_any_path_is_known_unknown_or_wrong(path: str) -> None:
    try:
        target = parse_path(f"/ping/{path}")
    except BadPing as error:
        assert str(error) == "invalid url format"
        return
    if target is not None:
        assert (target.uuid is None) is (target.slug is not None) is (target.ping_key is not None)
        assert target.exit_status is None or 0 <= target.exit_status <= 255
        assert target.slug is None or re.fullmatch(r"[-a-z0-9_]+", target.slug)


@given(UUIDS, st.sampled_from(sorted(ENDS)), st.sampled_from(["", "/healthchecks"]))
def test_a_uuid_is_read_back(uuid: str, end: str, root: str) -> None:
    target = parse_path(f"{root}/ping/{uuid}{end}")
    assert target is not None
    assert (target.uuid, target.slug, target.kind, target.exit_status) == (uuid, None, ENDS[end], None)


@given(WORDS, WORDS, st.sampled_from(sorted(ENDS)))
def test_a_key_and_a_slug_are_read_back(key: str, slug: str, end: str) -> None:
    if slug != slug.lower():
        with pytest.raises(BadPing):
            parse_path(f"/ping/{key}/{slug}{end}")
        return
    target = parse_path(f"/ping/{key}/{slug}{end}")
    assert target is not None
    assert (target.ping_key, target.slug, target.kind) == (key, slug, ENDS[end])


@given(UUIDS, st.integers(0, 10**30), st.integers(0, 40))
def test_an_exit_status_is_a_byte(uuid: str, number: int, zeros: int) -> None:
    path = f"/ping/{uuid}/{'0' * zeros}{number}"
    if number > 255:
        with pytest.raises(BadPing):
            parse_path(path)
        return
    target = parse_path(path)
    assert target is not None
    assert (target.uuid, target.exit_status) == (uuid, number)


@given(st.binary(max_size=200))
def test_any_query_is_read_or_wrong(query: bytes) -> None:
    try:
        run_key, provision = parse_query(query)
    except BadPing as error:
        assert str(error) == "invalid uuid format"
        return
    assert run_key is None or re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", run_key)
    assert provision is None or isinstance(provision, CheckChanges)


FIELDS = st.lists(st.tuples(st.sampled_from(["rid", "create", "other"]), st.sampled_from(["1", "", "x"]) | UUIDS))


@given(FIELDS, st.booleans())
def test_the_last_of_a_field_counts(fields: list[tuple[str, str]], upper: bool) -> None:  # noqa: FBT001 - drawn
    query = urlencode(fields)
    last = dict(fields)
    rid = last.get("rid")
    if rid is not None and len(rid) < 36:
        with pytest.raises(BadPing):
            parse_query(query.encode())
        return
    encoded = query.upper().replace("RID=", "rid=").replace("CREATE=", "create=") if upper else query
    assert parse_query(encoded.encode()) == (rid, CheckChanges() if last.get("create") == "1" else None)


def test_too_many_fields_are_wrong() -> None:
    with pytest.raises(BadPing, match="too many fields"):
        parse_query(b"&".join([b"a=1"] * 1_001))
