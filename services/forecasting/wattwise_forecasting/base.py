"""What every forecaster is: declared capabilities, `fit` on a panel, `predict` for any points of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from wattwise_contract.schemas import QUANTILE_LEVELS

from .panel import Floats, Integers, Panel

LEVELS = np.array(QUANTILE_LEVELS)
MEDIAN = QUANTILE_LEVELS.index(0.5)


@dataclass(frozen=True)
class Capabilities:
    is_global: bool  # one model for all meters, so that a new meter needs no training of its own
    minimum_hours: int  # known hours that a meter needs before its origin
    training_days: int  # of history that `fit` needs


@dataclass(frozen=True)
class Points:
    """Hours to forecast: of which meter (row of the panel), issued before which column, how many hours ahead.

    Step 1 is the column `origin` itself. Nothing at or after `origin` may be looked at.
    """

    meter: Integers
    origin: Integers
    step: Integers

    @classmethod
    def ahead(cls, meters: Integers, origins: Integers, steps: Integers) -> Self:
        """Return for each pair of meter and origin the steps 1..steps[i], one pair after the other."""
        first = np.cumsum(steps) - steps
        step = np.arange(int(steps.sum()), dtype=np.int64) - np.repeat(first, steps) + 1
        return cls(np.repeat(meters, steps), np.repeat(origins, steps), step)

    @property
    def target(self) -> Integers:
        return self.origin + self.step - 1

    def __len__(self) -> int:
        return int(self.meter.size)

    def part(self, where: slice | Integers) -> "Points":
        return Points(self.meter[where], self.origin[where], self.step[where])

    def thinned(self, most: int) -> "Points":
        """Return so many of the points at the most, drawn evenly from all of them and the same ones every time."""
        if len(self) <= most:
            return self
        return self.part(np.sort(np.random.default_rng(1).choice(len(self), most, replace=False)))


@dataclass(frozen=True)
class Prediction:
    """`mean[point]` and `quantiles[point, level]` in the panel's unit: sorted, never negative; NaN where it cannot."""

    mean: Floats
    quantiles: Floats

    @property
    def median(self) -> Floats:
        return self.quantiles[:, MEDIAN]


class NotEnoughHistory(ValueError):
    """No meter has the history that the forecaster learns from."""

    def __init__(self, forecaster: str, *, days: int) -> None:
        super().__init__(f"{forecaster} needs a meter with more than {days} days of known hours.")


class Forecaster(ABC):
    """A model type. `__init__` stores settings; `fit` learns into `name_`; saved without pickle.

    The same panel, settings and seed give the same answer.
    """

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    @abstractmethod
    def fit(self, panel: Panel) -> Self:
        """Learn from everything that the panel knows, or raise NotEnoughHistory."""

    @abstractmethod
    def predict(self, panel: Panel, points: Points) -> Prediction:
        """Forecast the points from what the panel knows before each one's origin."""

    def calibrate(self, panel: Panel, points: Points) -> Self:
        """Learn from points whose truth the panel knows, and which `fit` did not see, how wide the bands must be."""
        return self

    def refit(self, panel: Panel) -> Self:
        """Learn again from everything that the panel knows by now, and keep the calibration."""
        return self.fit(panel)

    @abstractmethod
    def save(self) -> dict[str, bytes]:
        """Return the artefact's files by name."""

    @classmethod
    @abstractmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        """Return what was saved; it predicts bit by bit the same."""

    @property
    def parameters(self) -> dict[str, object]:
        return {}


def tidy(mean: Floats, quantiles: Floats) -> Prediction:
    """Return a prediction whose quantiles are sorted, and nothing of which is negative."""
    return Prediction(mean=np.maximum(mean, 0.0), quantiles=np.maximum(np.sort(quantiles, axis=1), 0.0))
