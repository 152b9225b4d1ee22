"""A measured ratio and the bound that it must keep."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of the report; `at_least` or `at_most` is the bound, if there is one."""

    what: str
    value: float
    detail: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        """Tell whether the bound is kept."""
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )

    def __str__(self) -> str:
        """Return the line of the report."""
        bound = f"at least {self.at_least:.2f}" if self.at_least is not None else ""
        bound = f"at most {self.at_most:.2f}" if self.at_most is not None else bound
        return f"{'ok  ' if self.holds else 'MISS'} {self.value:8.2f}  {bound:14} {self.what} ({self.detail})"


def alternate(measure: Callable[[], float], reference: Callable[[], float]) -> tuple[float, float, float]:
    """Measure both in turn, several times; return the median of the ratios and the medians of either.

    What else runs on the machine disturbs both of one round alike.
    """
    rounds = [(measure(), reference()) for _ in range(ROUNDS)]
    return (
        median(measured / referred for measured, referred in rounds),
        median(measured for measured, _ in rounds),
        median(referred for _, referred in rounds),
    )
