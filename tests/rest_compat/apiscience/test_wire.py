"""How values, validations, checks and errors are written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.errors import Busy, Conflict, Forbidden, Foreign, InvalidInput, LimitReached, Unauthenticated, Unavailable
from app.probes.result import PhaseTimes
from app.rules.outcomes import Outcome, ProbeKind
from app.rules.validations import OPERATORS
from app.rules.validations import ValidationOperator as Op
from app.rules.validations import ValidationSource as Source
from app.runs.result import FailureKind, ValidationFailure
from app.store.monitors import new_monitor
from app.store.templates import ValidationRecord
from rest_compat.apiscience.checks import ShownCall, ShownCheck, check_object, statistics
from rest_compat.apiscience.conditions import KINDS, condition, kind_named, kind_of, operator_named
from rest_compat.apiscience.errors import Fault, Faulty, refusal, status_of, written_path
from rest_compat.apiscience.wire import validation_object
from rest_compat.apiscience.words import number, stamp

ROOT = "http://testserver/v1"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (AT, "2026-03-01T12:00:00.000Z"),
        (AT + timedelta(microseconds=1_999), "2026-03-01T12:00:00.001Z"),
        (AT.astimezone(timezone(timedelta(hours=2))), "2026-03-01T12:00:00.000Z"),
        (datetime(987, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC), "0987-01-02T03:04:05.678Z"),
    ],
)
def test_instants_have_exactly_three_decimals(at: datetime, written: str):
    assert stamp(at) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (0.0, "0"), (100.0, "100"), (646.8, "646.8"), (99.123, "99.12"), (0.004, "0"), (-0.001, "0")],
)
def test_numbers_have_two_decimals_and_whole_ones_none(value: float, written: str):
    assert repr(number(value)) == written


@pytest.mark.parametrize("source", Source)
def test_every_condition_that_can_be_made_is_shown_as_what_makes_it_again(source: Source):
    for operator in OPERATORS[source]:
        record = ValidationRecord(7, "u", 1, source, operator, "looked at", "expected")

        shown = validation_object(record)

        kind = kind_named(shown["kind"])
        assert kind is kind_of(source, operator)
        again = condition(
            kind, operator_named(kind, shown.get("operator")), shown["assertion"], shown.get("expression")
        )
        assert (again.source, again.operator) == (source, operator)
        assert again.expression in {None, "looked at"}
        assert again.expected in {None, "expected"}


def test_operators_are_left_out_where_a_kind_has_none():
    def keys(source: Source, operator: Op) -> list[str]:
        return list(validation_object(ValidationRecord(7, "u", 1, source, operator, "x", "y")))

    assert keys(Source.BODY, Op.MATCHES) == ["id", "kind", "assertion"]
    assert keys(Source.JAVASCRIPT, Op.PASSES) == ["id", "kind", "assertion"]
    assert keys(Source.STATUS, Op.EQUALS) == ["id", "kind", "operator", "assertion"]
    assert keys(Source.HEADER, Op.MATCHES) == ["id", "kind", "operator", "expression", "assertion"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_goes_by_any_spelling(kind):
    for spelling in (kind.name, kind.name.upper(), kind.name.replace(" ", "_").lower(), kind.name.replace(" ", "")):
        assert kind_named(spelling) is kind


def test_the_parts_of_a_time_are_its_total():
    written = statistics(PhaseTimes(1.354, 90.004, 4.2149, 0.001, 94.785, 0.085), 184)

    assert written == {
        "resolve": 1.35,
        "connect": 94.22,
        "processing": 0,
        "transfer": 94.78,
        "closing": 0.09,
        "total": 190.44,
        "downloadSize": 184,
    }
    assert statistics(PhaseTimes(), 0) == dict.fromkeys(written, 0)


def test_a_call_of_a_template_that_is_gone_keeps_its_name():
    failures = [ValidationFailure(kind, "m") for kind in FailureKind]
    failures.append(ValidationFailure(FailureKind.VALIDATION, "m", 3, Source.STATUS, Op.EQUALS))
    call = ShownCall(5, None, "login", None, None, PhaseTimes(), 0, failures, AT)
    monitor = new_monitor(1, ProbeKind.API, "Shop", 60, AT)
    monitor.id = 3

    written = check_object(ShownCheck(9, monitor, Outcome.SLOW, PhaseTimes(), 0, [call], AT), ROOT)

    assert (written["href"], written["status"]) == (f"{ROOT}/checks/9.json", "success")
    assert written["monitor"] == {"id": 3, "href": f"{ROOT}/monitors/3.json", "name": "Shop"}
    [shown] = written["calls"]
    assert shown["template"] == {"id": None, "href": None, "name": "login"}
    assert (shown["request"], shown["response"]) == (None, None)
    assert [failure["kind"] for failure in shown["validationFailures"]] == [
        "Connection", "Request", "PreProcessScript", "PostScript", "Validation", "Response Code",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Unauthenticated(""), 401),
        (Forbidden(""), 403),
        (Foreign(""), 404),
        (InvalidInput(""), 400),
        (Conflict(""), 400),
        (LimitReached("", limit=1, used=1), 403),
        (Busy("", limit=1, used=1), 429),
        (Unavailable(""), 503),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_error_has_its_status_and_page(error, code: int):
    assert status_of(error) == code
    assert refusal(error, "http://testserver")["code"] == code


def test_paths_of_ours_are_told_in_the_words_of_the_api():
    error = InvalidInput("m", ("templates", "1", "validations", "0", "expected"))

    assert refusal(error, "")["errors"] == [{"field": "templates[1].validations[0].assertion", "message": "m"}]
    assert refusal(Faulty([Fault(("url",), "a"), Fault((), "b")]), "")["errors"] == [
        {"field": "url", "message": "a"},
        {"field": "", "message": "b"},
    ]
    assert "errors" not in refusal(Forbidden("m"), "")


def test_names_that_a_client_made_up_are_not_repeated_at_length():
    assert written_path(("headers", "0", "<script>" + "x" * 500)) == "headers[0].script" + "x" * 54
