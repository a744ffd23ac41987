"""Resampling that conserves energy: what goes in comes out, to float precision."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .moments import Moments

Floats = NDArray[np.float64]
Ranks = NDArray[np.int16]


@dataclass(frozen=True)
class Resampled:
    """Values of target periods, and the share of each that readings covered (0..1). An uncovered period is NaN."""

    values: Floats
    coverage: Floats


def resample_energy(starts_at: Moments, ends_at: Moments, energy: Floats, *, edges: Moments) -> Resampled:
    """Sum interval energy into the periods between `edges`; an interval over an edge is split by time, evenly.

    Intervals are sorted and do not overlap. The sum of the result is the energy that lies between the first and the
    last edge. Works downwards (half-hours to days) and upwards (days to hours) alike.
    """
    lengths = (ends_at - starts_at).astype(np.float64)
    known = np.isfinite(energy)
    pieces = _Pieces(starts_at, ends_at, edges)
    usable = known[pieces.interval]
    share = pieces.lengths / lengths[pieces.interval]
    count = edges.size - 1
    values = np.bincount(
        pieces.period[usable], weights=(energy[pieces.interval] * share)[usable], minlength=count
    ).astype(np.float64)
    covered = np.bincount(pieces.period[usable], weights=pieces.lengths[usable], minlength=count)
    coverage = covered / np.diff(edges)
    values[covered == 0] = np.nan
    return Resampled(values=values, coverage=coverage)


def resample_level(starts_at: Moments, ends_at: Moments, level: Floats, *, edges: Moments) -> Resampled:
    """Average a level (power, temperature, price) over the periods between `edges`, weighted by time."""
    hours = (ends_at - starts_at).astype(np.float64)
    integral = resample_energy(starts_at, ends_at, level * hours, edges=edges)
    covered = integral.coverage * np.diff(edges)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Resampled(values=integral.values / covered, coverage=integral.coverage)


def worst_within(starts_at: Moments, ends_at: Moments, ranks: Ranks, *, edges: Moments) -> Ranks:
    """The highest rank among the intervals that lie in or reach into each period; 0 where there are none."""
    pieces = _Pieces(starts_at, ends_at, edges)
    worst = np.zeros(edges.size - 1, dtype=np.int16)
    np.maximum.at(worst, pieces.period, ranks[pieces.interval])
    return worst


class _Pieces:
    """The intervals cut at the edges: of each piece its interval, its period and its length; outside is left out."""

    def __init__(self, starts_at: Moments, ends_at: Moments, edges: Moments) -> None:
        first = np.searchsorted(edges, starts_at, side="right") - 1
        last = np.searchsorted(edges, ends_at, side="left") - 1
        counts = np.maximum(last - first + 1, 0)
        interval = np.repeat(np.arange(starts_at.size), counts)
        within = np.arange(interval.size) - np.repeat(np.cumsum(counts) - counts, counts)
        period = first[interval] + within
        inside = (period >= 0) & (period < edges.size - 1)
        self.interval, self.period = interval[inside], period[inside]
        starts = np.maximum(starts_at[self.interval], edges[self.period])
        ends = np.minimum(ends_at[self.interval], edges[self.period + 1])
        self.lengths = (ends - starts).astype(np.float64)
