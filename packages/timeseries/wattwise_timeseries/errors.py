"""Error measures of forecasts, as the literature defines them. NaN truths or forecasts are left out, pair by pair.

- WAPE: Kolassa & Schütz (2007), sum |error| / sum |truth|.
- MASE: Hyndman & Koehler (2006), mean |error| / mean |seasonal difference| of the history known at training.
- Pinball loss and WQL: Koenker & Bassett (1978); WQL as in Salinas et al. (DeepAR, 2020): 2 * sum pinball / sum |truth|,
  averaged over levels.
- Coverage: the share of truths within the central interval (Gneiting & Raftery, 2007, call it calibration).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def wape(truth: Floats, forecast: Floats) -> float:
    """Return the weighted absolute percentage error as a share; NaN where the truths sum to zero."""
    known = np.isfinite(truth) & np.isfinite(forecast)
    return _ratio(float(np.abs(truth - forecast)[known].sum()), float(np.abs(truth)[known].sum()))


def seasonal_scale(history: Floats, *, season: int) -> Floats:
    """Return, of each series `[series, time]`, the mean |difference| over a season: the denominator of MASE.

    NaN where fewer than one season of pairs is known, or where the series never changes.
    """
    steps = np.abs(history[..., season:] - history[..., :-season])
    pairs = np.isfinite(steps).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        scale = np.where(pairs >= season, np.nansum(steps, axis=-1) / np.maximum(pairs, 1), np.nan)
    return np.where(scale > 0, scale, np.nan)


def mase(truth: Floats, forecast: Floats, scale: Floats) -> float:
    """Return the mean absolute scaled error of `[series, …]`: each series by its own `scale`, then all pairs' mean.

    `scale` has one value per series and is `seasonal_scale` of the history before the forecasts' origins.
    """
    shape = scale.shape + (1,) * (truth.ndim - scale.ndim)
    scaled = np.abs(truth - forecast) / scale.reshape(shape)
    known = np.isfinite(scaled)
    return _ratio(float(scaled[known].sum()), float(known.sum()))


def pinball(truth: Floats, forecast: Floats, *, level: float) -> float:
    """Return the mean quantile loss at a level."""
    error = (truth - forecast)[np.isfinite(truth) & np.isfinite(forecast)]
    return _ratio(float(np.maximum(level * error, (level - 1) * error).sum()), float(error.size))


def wql(truth: Floats, quantiles: Floats, *, levels: Sequence[float]) -> float:
    """Return the weighted quantile loss; `quantiles` has one more, last axis: the levels."""
    known = np.isfinite(truth) & np.isfinite(quantiles).all(axis=-1)
    total = float(np.abs(truth[known]).sum())
    losses = [
        _ratio(2 * pinball(truth[known], quantiles[known][..., i], level=level) * int(known.sum()), total)
        for i, level in enumerate(levels)
    ]
    return float(np.mean(losses))


def coverage(truth: Floats, low: Floats, high: Floats) -> float:
    """Return the share of truths within [low, high]."""
    known = np.isfinite(truth) & np.isfinite(low) & np.isfinite(high)
    inside = (truth >= low) & (truth <= high)
    return _ratio(float(inside[known].sum()), float(known.sum()))


def _ratio(above: float, below: float) -> float:
    return above / below if below else float("nan")
