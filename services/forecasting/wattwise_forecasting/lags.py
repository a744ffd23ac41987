"""Looking back from a point: the same local hour on earlier days, never at or after the origin."""

from collections.abc import Sequence

import numpy as np

from .base import Points
from .panel import Floats, Integers, Panel


def same_hour(panel: Panel, points: Points, *, days: Integers, shift: int = 0) -> Floats:
    """Return the values of the same local hour (plus `shift` hours) so many days before each target.

    `days` has one number per point, or is `[point, …]`. Where a clock change lies between, the local hour counts.
    NaN for what is unknown, before the panel, or not before the origin.
    """
    extra = (1,) * (days.ndim - 1)
    meter, origin, target = (a.reshape(-1, *extra) for a in (points.meter, points.origin, points.target))
    place = panel.calendar.place[meter]
    offset = panel.calendar.offset
    column = target - 24 * days
    # The local hour is the same where UTC moves against the offset.
    column = column + offset[place, target] - offset[place, np.maximum(column, 0)] + shift
    values: Floats = panel.values[meter, np.clip(column, 0, panel.hours - 1)]
    return np.where((column >= 0) & (column < np.minimum(origin, panel.hours)), values, np.nan)


def days_back(points: Points) -> Integers:
    """Return how many whole days before its target lies the last day that is known at the origin: 1 for steps 1..24."""
    days: Integers = -(-points.step // 24)
    return days


def row_quantiles(rows: Floats, levels: Sequence[float]) -> Floats:
    """Return the quantiles of each row (linear interpolation), NaN left out; NaN for a row of nothing."""
    rows = np.sort(rows, axis=1)  # NaN last
    known = np.isfinite(rows).sum(axis=1)
    position = np.asarray(levels) * np.maximum(known - 1, 0)[:, None]
    low = np.floor(position).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(known - 1, 0)[:, None])
    below = np.take_along_axis(rows, low, axis=1)
    quantiles: Floats = below + (position - low) * (np.take_along_axis(rows, high, axis=1) - below)
    return quantiles
