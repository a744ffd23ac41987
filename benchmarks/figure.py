"""A figure of a benchmark: never alone, always beside a named baseline of the same run and a target."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from time import perf_counter


@dataclass(frozen=True)
class Figure:
    """`ratio` is value ÷ baseline; `target` is the ratio to reach (at least, or at most where less is better)."""

    name: str
    value: float
    unit: str
    baseline_name: str
    baseline: float
    target: float
    less_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.value / self.baseline

    @property
    def reached(self) -> bool:
        return self.ratio <= self.target if self.less_is_better else self.ratio >= self.target


def best_seconds(run: Callable[[], object], *, times: int = 5) -> float:
    """Return the shortest of several runs: the one that other programs disturbed least."""
    seconds = []
    for _ in range(times):
        started = perf_counter()
        run()
        seconds.append(perf_counter() - started)
    return min(seconds)


def report(figures: Iterable[Figure]) -> None:
    """Write one JSON object a line, as each figure is known; `wattwise bench` reads them."""
    for figure in figures:
        print(json.dumps(asdict(figure) | {"ratio": figure.ratio, "reached": figure.reached}))
        sys.stdout.flush()
