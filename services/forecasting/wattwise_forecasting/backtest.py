"""The backtest: forecasts issued at past origins by models that had not seen what came after, scored by the truth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattwise_contract.forecasts import Score
from wattwise_contract.schemas import QUANTILE_LEVELS
from wattwise_timeseries.errors import coverage, mase, seasonal_scale, wape, wql

from .base import Forecaster, Points, Prediction
from .panel import Floats, Integers, Panel

HORIZON = 48
SEASON = 24
MOST_SCORED = 120_000  # hours: more of them change the third digit, and take their time
_LOW, _HIGH = QUANTILE_LEVELS.index(0.1), QUANTILE_LEVELS.index(0.9)


@dataclass(frozen=True)
class Plan:
    """Columns of the panel: models are fitted on what lies before `train_until`; then come the daily origins at which
    they are calibrated, and after those the ones at which they are scored."""

    train_until: int
    calibration: Integers
    scoring: Integers

    @classmethod
    def of(cls, panel: Panel) -> "Plan | None":
        """Return the plan for as many days as the history allows: 28 origins to score, or 14; None for less.

        It ends where a quarter of the meters still have readings, so that a few newcomers are not all that is scored.
        """
        end = int(np.quantile(panel.known_ends, 0.75, method="lower"))
        days = end // 24
        for calibration, scoring in ((14, 28), (7, 14)):
            held_out = calibration + scoring + HORIZON // 24
            if days >= held_out + 28:
                first = end - 24 * held_out
                origins = first + 24 * np.arange(calibration + scoring, dtype=np.int64)
                return cls(first, origins[:calibration], origins[calibration:])
        return None

    @property
    def all_origins(self) -> Integers:
        return np.concatenate([self.calibration, self.scoring])


@dataclass(frozen=True)
class Outcome:
    """A forecaster's score, and how well it did."""

    forecaster: Forecaster
    score: Score


def run(panel: Panel, forecasters: Sequence[Forecaster], plan: Plan) -> list[Outcome]:
    """Fit, calibrate and score each forecaster as if it were then. The forecasters are left calibrated on all origins."""
    before = panel.until(plan.train_until)
    points = points_of(panel, plan.scoring).thinned(MOST_SCORED)
    outcomes = []
    for forecaster in forecasters:
        forecaster.fit(before)
        forecaster.calibrate(panel, points_of(panel, plan.calibration))
        prediction = forecaster.predict(panel, points)
        outcomes.append(
            Outcome(forecaster, score(panel, points, prediction, forecaster.name, before, len(plan.scoring)))
        )
    return outcomes


def points_of(panel: Panel, origins: Integers, *, horizon: int = HORIZON) -> Points:
    """Return every hour ahead of every origin of the meters that are known at the origin."""
    meters = np.repeat(np.arange(len(panel.meters), dtype=np.int64), origins.size)
    columns = np.tile(origins, len(panel.meters))
    recent = np.stack([np.isfinite(panel.values[meters, columns - 1 - back]) for back in range(SEASON)])
    alive = recent.any(axis=0)
    steps = np.minimum(horizon, panel.hours - columns[alive])
    return Points.ahead(meters[alive], columns[alive], steps)


def score(panel: Panel, points: Points, prediction: Prediction, name: str, before: Panel, origins: int) -> Score:
    """Return the measures over all points whose truth is known. MASE is by each meter's daily difference `before`."""
    truth = panel.values[points.meter, points.target]
    scale = seasonal_scale(before.values, season=SEASON)[points.meter]
    steps = range(1, int(points.step.max(initial=0)) + 1)
    by_step = [points.step == step for step in steps]
    return Score(
        forecaster=name,
        origins=origins,
        meters=int(np.unique(points.meter).size),
        mase=_or_none(mase(truth, prediction.median, scale)),
        wape=_or_none(wape(truth, prediction.median)),
        wql=_or_none(wql(truth, prediction.quantiles, levels=QUANTILE_LEVELS)),
        coverage_80=_or_none(coverage(truth, *_band(prediction))),
        mase_by_horizon=[
            round(mase(truth[at], prediction.median[at], scale[at]), 4)
            for at in by_step
            if np.isfinite(truth[at]).any()
        ],
    )


def _band(prediction: Prediction) -> tuple[Floats, Floats]:
    return prediction.quantiles[:, _LOW], prediction.quantiles[:, _HIGH]


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None
