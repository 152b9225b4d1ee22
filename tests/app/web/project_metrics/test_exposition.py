"""Metrics as Prometheus' own parser reads them."""

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from app.rules.states import WatchState
from app.store.check_metrics import CheckSample
from app.store.tags import words
from app.web.project_metrics.exposition import CHECKS_AT_ONCE, exposition

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
SAMPLES = st.lists(
    st.builds(
        CheckSample,
        TEXT,
        TEXT,
        TEXT.map(lambda text: f"{text!r:.40}".encode().hex()),
        st.sampled_from(WatchState),
        st.booleans(),
        st.booleans(),
    ),
    max_size=20,
)
GAUGES = ["hc_check_up", "hc_check_started", "hc_check_grace", "hc_check_paused"]
TOTALS = ["hc_tag_up", "hc_checks_total", "hc_checks_down_total"]


def a_sample(number: int = 0, **values) -> CheckSample:
    plain = {"name": f"check {number}", "tags": "", "state": WatchState.UP, "running": False, "paused": False}
    return CheckSample(unique_key=f"{number:040x}", **plain | values)


def parsed(checks: list[CheckSample]) -> dict[str, Metric]:
    families = list(text_string_to_metric_families("".join(exposition(checks))))
    assert [family.name for family in families] == GAUGES + TOTALS
    return {family.name: family for family in families}


def test_each_gauge_is_explained_once_and_before_its_samples() -> None:
    found = parsed([a_sample(tags="x")])

    for family in found.values():
        assert (family.type, bool(family.documentation), len(family.samples)) == ("gauge", True, 1)


def test_the_gauges_of_a_check_in_each_of_its_states() -> None:
    for state, up, grace in (
        (WatchState.NEW, 1, 0),
        (WatchState.UP, 1, 0),
        (WatchState.LATE, 1, 1),
        (WatchState.DEGRADED, 1, 0),
        (WatchState.DOWN, 0, 0),
        (WatchState.UNKNOWN, 1, 0),
    ):
        for running in (False, True):
            for paused in (False, True):
                found = parsed([a_sample(state=state, running=running, paused=paused)])
                assert [found[name].samples[0].value for name in GAUGES] == [up, running, grace, paused]


def test_a_tag_is_up_while_none_of_its_checks_is_down() -> None:
    found = parsed(
        [
            a_sample(1, tags="prod web"),
            a_sample(2, tags="prod  db ", state=WatchState.DOWN),
            a_sample(3, tags="web", state=WatchState.LATE),
            a_sample(4, tags="prod web"),
            a_sample(5, state=WatchState.DOWN),
        ]
    )

    tags = [(sample.labels, sample.value) for sample in found["hc_tag_up"].samples]
    assert tags == [({"tag": "db"}, 0), ({"tag": "prod"}, 0), ({"tag": "web"}, 1)]
    assert [found[name].samples[0].value for name in TOTALS[1:]] == [5, 2]


def test_a_project_without_checks_has_totals() -> None:
    found = parsed([])

    assert [len(found[name].samples) for name in (*GAUGES, *TOTALS)] == [0, 0, 0, 0, 0, 1, 1]
    assert found["hc_checks_total"].samples[0].value == 0


@given(SAMPLES)
def test_names_and_tags_are_read_as_they_were_written(checks: list[CheckSample]) -> None:
    found = parsed(checks)

    labels = [{"name": one.name, "tags": one.tags, "unique_key": one.unique_key} for one in checks]
    for name in GAUGES:
        assert [sample.labels for sample in found[name].samples] == labels
    tags = [sample.labels["tag"] for sample in found["hc_tag_up"].samples]
    assert tags == sorted({word for one in checks for word in words(one.tags)})


def test_no_block_holds_more_than_some_hundred_lines() -> None:
    checks = [a_sample(number, tags="prod") for number in range(CHECKS_AT_ONCE * 3 + 1)]

    blocks = list(exposition(checks))

    assert max(block.count("\n") for block in blocks) == CHECKS_AT_ONCE
    assert [len(parsed(checks)[name].samples) for name in GAUGES] == [len(checks)] * 4
