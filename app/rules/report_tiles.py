"""Which roll-ups, and which runs, add up to each bucket of a report (specs/apiscience.md section 11).

A bucket is laid out with the largest whole days, hours and minutes that fit; runs fill the rest. So a day of a report
costs one row when it begins at midnight, and never more than some sixty minutes, some twenty hours and a few runs.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from app.rules.keeping import DAY, HOUR, MINUTE, ROLLUPS_KEPT, RUNS_KEPT

RAW = 0
"""The resolution of a tile that is made of runs."""

_SECOND = 1_000_000
_MARGIN = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Tile(NamedTuple):
    """A stretch of a bucket, to be read from roll-ups of one resolution, or from runs.

    `key` is the bucket's number; `since` and `until`, which is not within, are microseconds since 1970.
    """

    key: int
    resolution: int
    since: int
    until: int


def tiles(edges: Sequence[datetime], now: datetime) -> list[Tile]:
    """Lay out the buckets between neighbouring edges, which ascend; what is forgotten by now, or to come, has no tile.

    Further back than minutes and runs are kept, an hour counts for the bucket in which it begins, and further back
    than hours are, so does a day.
    """
    layout = _Layout(now)
    spans = enumerate(pairwise(map(_microseconds, edges)))
    return [Tile(key, *tile) for key, (since, until) in spans for tile in layout.span(since, until)]


_Stretch = tuple[int, int, int]


class _Layout:
    """What is kept at one moment, and how spans are laid out with it. The margin is for what is forgotten meanwhile."""

    def __init__(self, now: datetime) -> None:
        day = DAY * _SECOND
        self._oldest = _microseconds(now - ROLLUPS_KEPT[DAY]) // day * day
        self._newest = (_microseconds(now) // day + 2) * day
        kept = {RAW: RUNS_KEPT, **ROLLUPS_KEPT}
        self._kept_since = {resolution: _microseconds(now - long + _MARGIN) for resolution, long in kept.items()}

    def span(self, since: int, until: int) -> Iterator[_Stretch]:
        """Yield the stretches of a span."""
        since, until = max(since, self._oldest), min(until, self._newest)
        if since < until:
            yield from self._laid(since, until, DAY)

    def _laid(self, since: int, until: int, resolution: int) -> Iterator[_Stretch]:
        """Yield the stretches of a span: whole units of this resolution, and what is left beside them."""
        if resolution == RAW:
            yield RAW, since, until
            return
        unit = resolution * _SECOND
        first, last = -(-since // unit) * unit, until // unit * unit
        if first > last:
            yield from self._part(since, until, resolution)
            return
        if since < first:
            yield from self._part(since, first, resolution)
        if first < last:
            yield resolution, first, last
        if last < until:
            yield from self._part(last, until, resolution)

    def _part(self, since: int, until: int, resolution: int) -> Iterator[_Stretch]:
        """Yield the stretches of a part of one unit."""
        unit = resolution * _SECOND
        begin = since // unit * unit
        finer = self._finer(resolution, begin)
        if finer is not None:
            yield from self._laid(since, until, finer)
        elif since == begin:
            yield resolution, begin, begin + unit

    def _finer(self, resolution: int, begin: int) -> int | None:
        """Return what a unit that begins then can be divided by, None when nothing finer is kept."""
        candidates = {DAY: (HOUR,), HOUR: (MINUTE, RAW), MINUTE: (RAW,)}[resolution]
        return next((each for each in candidates if begin >= self._kept_since[each]), None)


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
