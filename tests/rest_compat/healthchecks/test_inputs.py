"""What a body may say of a check: each row of section 6, by the exact text."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.site import Site
from app.store import checks
from app.store.check_changes import CheckChanges, UniqueField
from app.store.projects import ProjectRecord
from rest_compat.healthchecks.inputs import Inputs, known_fields, unique_fields
from tests.rest_compat.healthchecks.given import a_check, reread

STRINGS = ("channels", "desc", "failure_kw", "name", "schedule", "slug", "start_kw", "subject", "subject_fail")
STRINGS += ("success_kw", "tags", "tz")
FLAGS = ("filter_subject", "filter_body", "filter_http_body", "filter_default_fail", "manual_resume")
SECONDS = ("grace", "timeout")
LENGTHS = {"failure_kw": 200, "name": 100, "slug": 100, "start_kw": 200, "subject": 200, "subject_fail": 200}
LENGTHS |= {"success_kw": 200, "tags": 500, "schedule": 100, "desc": 100_000}
NOT_A_SCHEDULE = "schedule is not a valid cron or OnCalendar expression"

BAD = [
    *((name, value, f"{name} is not a string") for name in STRINGS for value in (1, None, True, ["x"], {})),
    *((name, value, f"{name} is not a boolean") for name in FLAGS for value in (0, 1, "true", None)),
    *((name, value, f"{name} is not a number") for name in SECONDS for value in ("60", 60.0, None, [60])),
    *((name, value, f"{name} is too small") for name in SECONDS for value in (59, 0, -1, True, False, -(10**30))),
    *((name, value, f"{name} is too large") for name in SECONDS for value in (2592001, 2**31, 2**63, 10**30)),
    *((name, "x" * (most + 1), f"{name} is too long") for name, most in LENGTHS.items()),
    *((name, "a\0b", f"{name} contains a NUL character") for name in ("name", "desc", "tags", "subject", "start_kw")),
    *(("methods", value, "methods has unexpected value") for value in ("GET", "post", None, 1, ["POST"])),
    *(("schedule", value, NOT_A_SCHEDULE) for value in ("", "* * * *", "61 * * * *", "@daily", "0 0 30 2 *")),
    *(("slug", value, "slug does not match pattern") for value in ("A", "a b", "é", "a\n", "a.b")),
    *(("tz", value, "tz is not a valid timezone") for value in ("", "europe/riga", "Nowhere", "../etc/passwd")),
    *(("unique", value, "unique is not an array") for value in ("name", None, {"name": 1})),
    *(("unique", [value], "an item in 'unique' has unexpected value") for value in ("status", "", 1, None, ["name"])),
]


@pytest.mark.parametrize(("name", "value", "text"), BAD)
def test_a_wrong_value_is_told_by_the_exact_text(name: str, value: Any, text: str):
    with pytest.raises(InvalidInput) as raised:
        Inputs(1).valid({name: value})

    assert raised.value.message == f"json validation error: {text}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "x" * most) for name, most in LENGTHS.items() if name != "schedule"),
        *((name, value) for name in SECONDS for value in (60, 2592000)),
        *((name, value) for name in FLAGS for value in (True, False)),
        ("methods", ""),
        ("methods", "POST"),
        ("slug", ""),
        ("schedule", " 0 0 * * MON "),
        ("tz", "Europe/Riga"),
        ("unique", []),
        ("unique", ["name", "slug", "tags", "timeout", "grace"]),
    ],
)
def test_a_right_value_is_let_through(name: str, value: Any):
    assert Inputs(1).valid({name: value}) == {name: value}


def test_newer_versions_take_a_year():
    for version, largest in ((1, 2592000), (2, 31536000), (3, 31536000)):
        assert Inputs(version).valid({"grace": largest}) == {"grace": largest}
        with pytest.raises(InvalidInput, match="timeout is too large"):
            Inputs(version).valid({"timeout": largest + 1})


def test_the_first_wrong_field_of_the_fixed_order_is_told():
    wrong = {field.name: object() for field in reversed(known_fields(1))}

    told = []
    while wrong:
        with pytest.raises(InvalidInput) as raised:
            Inputs(1).valid(wrong)
        told.append(raised.value.path[0])
        del wrong[told[-1]]

    assert told == [
        *("channels", "desc", "failure_kw", "filter_subject", "filter_body", "filter_http_body"),
        *("filter_default_fail", "grace", "manual_resume", "methods", "name", "schedule", "slug", "start_kw"),
        *("subject", "subject_fail", "success_kw", "tags", "timeout", "tz", "unique"),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from([field.name for field in known_fields(1)]) | st.text(max_size=10)


@given(st.dictionaries(names, json_values | st.sampled_from(["", "POST", "*", "UTC", "* * * * *", 60, True])))
def test_any_object_is_either_understood_or_refused_by_name(body: dict[str, Any]):
    known = {field.name for field in known_fields(1)}
    try:
        valid = Inputs(1).valid(body)
    except InvalidInput as error:
        assert error.message.startswith("json validation error: ")
        assert error.path[0] in body.keys() & known
    else:
        assert valid == {name: value for name, value in body.items() if name in known}
        assert isinstance(Inputs(1).changes(valid), CheckChanges)


def test_version_three_leaves_the_slug_alone():
    assert Inputs(2).changes({"name": "Foo Bar"}) == CheckChanges(name="Foo Bar", slug_of_new_name="foo-bar")
    assert Inputs(3).changes({"name": "Foo Bar"}) == CheckChanges(name="Foo Bar")


def test_the_old_names_set_keywords_and_filter():
    assert Inputs(1).changes({"subject": "a", "subject_fail": ""}) == CheckChanges(
        success_keywords="a", failure_keywords="", subject_keywords=("a", "")
    )


def test_unique_fields_count_only_when_all_are_given():
    assert unique_fields({"name": "a", "timeout": 60, "unique": ["timeout", "name", "name"]}) == (
        UniqueField.PERIOD,
        UniqueField.NAME,
    )
    assert unique_fields({"name": "a", "unique": ["name", "slug"]}) == ()
    assert unique_fields({"name": "a"}) == ()


async def test_a_wrong_value_stores_nothing(site: Site, project: ProjectRecord, writer: httpx.AsyncClient):
    check = await a_check(site, project, name="kept")
    for name, value, text in BAD:
        body = {"name": "new", "desc": "new", "tags": "new", "grace": 60, name: value}
        for path in ("/api/v1/checks/", f"/api/v1/checks/{check.uuid}"):
            answer = await writer.post(path, json=body)

            assert answer.status_code == 400, (name, value)
            assert answer.json() == {"error": f"json validation error: {text}"}

    assert await reread(site, check) == check
    assert [stored.id for stored in await checks.of_project(site.database, project.id)] == [check.id]
