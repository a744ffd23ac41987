"""The floor: tomorrow is like the last day that is known, as sure as such days were alike of late."""

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np

from wattwise_forecasting.base import LEVELS, MEDIAN, Capabilities, Forecaster, Points, Prediction, tidy
from wattwise_forecasting.lags import days_back, row_quantiles, same_hour
from wattwise_forecasting.panel import Floats, Panel

DAYS = 28
_CHUNK = 100_000


class SeasonalNaive(Forecaster):
    """Mean and median are the last known value of the same local hour; where it is missing, that of an older day.

    The other quantiles add the empirical quantiles of the errors that this rule made at that hour of the last 28 days
    (Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.2 and 5.5).
    """

    name: ClassVar[str] = "seasonal_naive"
    capabilities: ClassVar[Capabilities] = Capabilities(is_global=False, minimum_hours=48, training_days=0)

    def fit(self, panel: Panel) -> Self:
        return self

    def predict(self, panel: Panel, points: Points) -> Prediction:
        parts = [self._part(panel, points.part(slice(i, i + _CHUNK))) for i in range(0, max(len(points), 1), _CHUNK)]
        means, quantiles = zip(*parts, strict=True)
        return tidy(np.concatenate(means), np.concatenate(quantiles))

    def _part(self, panel: Panel, points: Points) -> tuple[Floats, Floats]:
        ago = days_back(points)
        days = same_hour(panel, points, days=ago[:, None] + np.arange(DAYS))
        naive = _first_known(days)
        before = same_hour(panel, points, days=2 * ago[:, None] + np.arange(DAYS))
        errors = row_quantiles(days - before, LEVELS.tolist())
        spread = errors - errors[:, [MEDIAN]]
        return naive, naive[:, None] + np.where(np.isfinite(spread), spread, 0.0)

    def save(self) -> dict[str, bytes]:
        return {}

    @classmethod
    def load(cls, files: Mapping[str, bytes]) -> Self:
        return cls()


def _first_known(rows: Floats) -> Floats:
    known = np.isfinite(rows)
    first: Floats = np.take_along_axis(rows, known.argmax(axis=1)[:, None], axis=1)[:, 0]
    return first
