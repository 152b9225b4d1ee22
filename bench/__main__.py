"""Run every benchmark, or those named: `python -m bench [pings …]`.

A benchmark is a module of this folder with a function `run` that yields ratios. Exit status 1: a bound was missed.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator

import bench
from bench.ratio import Ratio


def main(wanted: list[str]) -> int:
    """Run the benchmarks and print each ratio as it is known."""
    missed = 0
    for name, run in _benchmarks():
        if not wanted or name in wanted:
            for ratio in run():
                print(ratio, flush=True)
                missed += not ratio.holds
    return 1 if missed else 0


def _benchmarks() -> Iterator[tuple[str, Callable[[], Iterator[Ratio]]]]:
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name != "__main__":
            run = getattr(importlib.import_module(f"bench.{module.name}"), "run", None)
            if run is not None:
                yield module.name, run


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
