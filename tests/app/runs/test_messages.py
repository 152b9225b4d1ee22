"""Orders and results survive the way through a broker, and nobody reads them on it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.probes.result import Certificate, Failure, PhaseTimes
from app.rules.outcomes import Outcome
from app.rules.steps import StepRequest
from app.rules.validations import Validation
from app.runs import messages
from app.runs.messages import MAX_MESSAGE_BYTES, pack_orders, result_json, result_of, unpack_orders
from app.runs.plan import RunClaim, RunOrder, RunPlan, StepPlan
from app.runs.result import CallResult, RecordedResponse, RunResult, ValidationFailure
from app.security.keys import Vault
from tests.conftest import START

VAULT = Vault(b"a secret of the tests")

numbers = st.integers(1, 2**63 - 1)
instants = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
amounts = st.floats(0, 1e6)
texts = st.text(max_size=20)
pairs = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
requests = st.builds(StepRequest, texts, texts, headers=pairs, params=pairs, body=st.none() | texts)
steps = st.builds(
    StepPlan,
    requests,
    template_id=st.none() | numbers,
    name=st.none() | texts,
    follow_redirects=st.booleans(),
    timeout=st.none() | amounts,
    pre_process_script=st.none() | texts,
    post_script=st.none() | texts,
    validations=st.lists(st.tuples(st.none() | numbers, st.from_type(Validation)), max_size=2).map(tuple),
    secrets=st.lists(texts, max_size=2).map(tuple),
)
claims = st.builds(RunClaim, numbers, numbers, instants, st.integers(0, 1000))
plans = st.builds(
    RunPlan,
    numbers,
    texts,
    numbers,
    texts,
    st.lists(steps, max_size=3).map(tuple),
    amounts,
    retries=st.integers(0, 5),
    degraded_above_ms=st.none() | amounts,
    variables=st.dictionaries(texts, json_values, max_size=3),
    secrets=st.lists(texts, max_size=2).map(tuple),
)
orders = st.builds(RunOrder, claims, plans, instants)
phases = st.builds(PhaseTimes, *[st.none() | amounts] * 6)
calls = st.builds(
    CallResult,
    step=st.integers(1, 100),
    template_id=st.none() | numbers,
    template_name=st.none() | texts,
    outcome=st.sampled_from(Outcome),
    started_at=instants,
    request=requests,
    response=st.none() | st.builds(RecordedResponse, st.integers(100, 599), pairs, texts),
    phases=phases,
    download_bytes=st.integers(0, 2**40),
    certificate=st.none() | st.builds(Certificate, not_before=instants, not_after=instants),
    address=st.none() | texts,
    validation_failures=st.lists(st.from_type(ValidationFailure), max_size=2).map(tuple),
    failure=st.none() | st.from_type(Failure),
)
results = st.tuples(
    claims,
    st.builds(
        RunResult,
        instants,
        instants,
        st.sampled_from(Outcome),
        phases,
        st.integers(0, 2**40),
        st.lists(calls, max_size=2).map(tuple),
        failure=st.none() | st.from_type(Failure),
        logs=st.lists(texts, max_size=2).map(tuple),
    ),
)


def order(number: int = 1, body: str = "", **variables: object) -> RunOrder:
    step = StepPlan(StepRequest("POST", "http://target/", body=body))
    plan = RunPlan(number, "Shop", 1, "Ireland", (step,), 40, variables=variables)
    return RunOrder(RunClaim(number, 1, START, 1), plan, START)


@given(st.lists(orders, max_size=4))
def test_orders_come_out_as_they_went_in(given_orders: list[RunOrder]) -> None:
    packed = pack_orders(VAULT, given_orders)

    assert [each for message in packed for each in unpack_orders(VAULT, message)] == given_orders


@given(st.lists(results, max_size=4))
def test_results_come_out_as_they_went_in(given_results: list[tuple[RunClaim, RunResult]]) -> None:
    written = [result_json(result) for _, result in given_results]

    assert list(map(result_of, written)) == [result for _, result in given_results]


def test_nothing_of_it_can_be_read_on_the_way() -> None:
    [message] = pack_orders(VAULT, [order(token="s3cr3t" * 100)])

    assert message.isascii()
    assert len(message) < 1000  # compressed before it was sealed
    with pytest.raises(ValueError, match="HELIOGRAPH_SECRET_KEY"):
        unpack_orders(Vault(b"another secret"), message)


@pytest.mark.parametrize("place", [0, 40, -20])
def test_what_was_changed_on_the_way_is_refused(place: int) -> None:
    [message] = pack_orders(VAULT, [order()])
    letters = list(message)
    letters[place] = "A" if letters[place] != "A" else "B"

    with pytest.raises(ValueError, match="does not open"):
        unpack_orders(VAULT, "".join(letters))


def test_a_secret_of_the_database_is_no_message() -> None:
    with pytest.raises(ValueError, match="does not open"):
        unpack_orders(VAULT, VAULT.encrypt("[]"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "a way that this version does not know"),
        (b"?[]", "a way that this version does not know"),
        (b'j[{"claim": "s3cr3t"}]', r"0\.claim \(dataclass_type\)"),
        (b"j[", "json_invalid"),
        (b"zno zlib", "is damaged"),
        (b"z" + messages.zlib.compress(b"[" + b" " * 100)[:-3], "is damaged"),
    ],
    ids=["nothing", "another way", "another shape", "no JSON", "not compressed", "cut short"],
)
def test_what_this_version_does_not_know_is_refused_in_words_that_repeat_nothing(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as refusal:
        unpack_orders(VAULT, VAULT.seal(content))

    assert "s3cr3t" not in str(refusal.value)


def test_what_unpacks_to_more_than_there_can_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    [message] = pack_orders(VAULT, [order(body="x" * 5000)])
    monkeypatch.setattr(messages, "MAX_UNPACKED_BYTES", 4000)

    with pytest.raises(ValueError, match="too large"):
        unpack_orders(VAULT, message)


def test_a_large_batch_is_split_and_keeps_its_order() -> None:
    given_orders = [order(number, "x" * (MAX_MESSAGE_BYTES * 2 // 5)) for number in range(1, 6)]

    packed = pack_orders(VAULT, given_orders)

    carried = [[each.claim.monitor_id for each in unpack_orders(VAULT, message)] for message in packed]
    assert carried == [[1, 2], [3, 4], [5]]


def test_an_order_that_is_too_large_for_a_batch_travels_alone() -> None:
    packed = pack_orders(VAULT, [order(1), order(2, "x" * (MAX_MESSAGE_BYTES + 1)), order(3)])

    assert [len(unpack_orders(VAULT, message)) for message in packed] == [1, 1, 1]


def test_an_order_that_cannot_be_written_does_not_hold_up_the_others(caplog: pytest.LogCaptureFixture) -> None:
    [message] = pack_orders(VAULT, [order(1), order(2, token="\ud800 s3cr3t"), order(3)])

    assert [each.claim.monitor_id for each in unpack_orders(VAULT, message)] == [1, 3]
    assert "monitor_id=2" in caplog.text
    assert "s3cr3t" not in caplog.text
