"""Samples of checks in Prometheus' text format 0.0.4 (specs/healthchecks.md section 15)."""

from collections.abc import Callable, Iterator, Sequence

from app.rules.states import WatchState
from app.store.check_metrics import CheckSample
from app.store.tags import words

CONTENT_TYPE = "text/plain; version=0.0.4"
CHECKS_AT_ONCE = 500
"""Checks in a block of text: about a millisecond of work."""

_Value = Callable[[CheckSample], bool]


def _is_up(check: CheckSample) -> bool:
    return check.state is not WatchState.DOWN


_GAUGES: tuple[tuple[str, str, _Value], ...] = (
    ("hc_check_up", "0 if the check is down, else 1.", _is_up),
    ("hc_check_started", "1 if a run of the check began and has not ended, else 0.", lambda check: check.running),
    (
        "hc_check_grace",
        "1 if the check is late and not yet down, else 0.",
        lambda check: check.state is WatchState.LATE,
    ),
    ("hc_check_paused", "1 if the check is paused, else 0.", lambda check: check.paused),
)


def exposition(checks: Sequence[CheckSample]) -> Iterator[str]:
    """Yield, block by block, the gauges of these checks, of their tags and of all together.

    The whole is megabytes for thousands of checks, and whoever sends it may let others run between two blocks.
    """
    for name, meaning, value in _GAUGES:
        yield _head(name, meaning)
        for start in range(0, len(checks), CHECKS_AT_ONCE):
            some = checks[start : start + CHECKS_AT_ONCE]
            yield "".join(f"{name}{{{_labels(check)}}} {value(check):d}\n" for check in some)
    yield _head("hc_tag_up", "0 if any check with the tag is down, else 1.")
    yield "".join(f'hc_tag_up{{tag="{_escaped(tag)}"}} {up:d}\n' for tag, up in _tags_up(checks).items())
    yield _head("hc_checks_total", "How many checks the project has.")
    yield f"hc_checks_total {len(checks)}\n"
    yield _head("hc_checks_down_total", "How many checks of the project are down.")
    yield f"hc_checks_down_total {sum(not _is_up(check) for check in checks)}\n"


def _head(name: str, meaning: str) -> str:
    return f"# HELP {name} {meaning}\n# TYPE {name} gauge\n"


def _labels(check: CheckSample) -> str:
    return f'name="{_escaped(check.name)}", tags="{_escaped(check.tags)}", unique_key="{check.unique_key}"'


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _tags_up(checks: Sequence[CheckSample]) -> dict[str, bool]:
    """Tell of each tag, in order, whether none of its checks is down."""
    texts: dict[str, bool] = {}  # thousands of checks share few texts, and each is split once
    for check in checks:
        texts[check.tags] = texts.get(check.tags, True) and _is_up(check)
    found: dict[str, bool] = {}
    for text, up in texts.items():
        for tag in words(text):
            found[tag] = found.get(tag, True) and up
    return dict(sorted(found.items()))
