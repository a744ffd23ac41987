"""How long each reading of a series with several rhythms lasts, and intervals laid on the lines of a grid."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from wattwise_contract.quantities import Quality
from wattwise_timeseries.moments import Moments
from wattwise_timeseries.resampling import Floats, Ranks, resample_energy, resample_level, worst_within

from . import grid
from .edges import Lines, edges_of

Flags = np.ndarray[Any, np.dtype[np.bool_]]
_LEAST_RUN = 4  # equal distances one after the other, before they are how long readings last
_FEW = 12
_SHARE_OF_TIME = 0.05
_DAILY = 20 * grid.HOUR


@dataclass(frozen=True)
class Intervals:
    """What was used (or which level was kept) from each start to each end: sorted, none over another."""

    starts: Moments
    ends: Moments
    amount: Floats
    quality: Ranks

    def where(self, kept: Flags) -> "Intervals":
        return Intervals(self.starts[kept], self.ends[kept], self.amount[kept], self.quality[kept])


def own_lengths(at: Moments, *, marks_end: bool, single: int) -> Moments:
    """How long each reading lasts, from the distances between the (sorted) stamps; `single`: of one alone."""
    if at.size < 2:
        return np.full(at.size, single, dtype=np.int64)
    if marks_end:
        return own_lengths(-at[::-1], marks_end=False, single=single)[::-1]
    distances = np.append(np.diff(at), 0)
    distances[-1] = distances[-2]
    middle = int(np.median(distances))
    if middle > _DAILY:  # days and months, whose length the calendar says
        return np.where(distances > middle * 3 // 2, middle, distances)
    starts = np.flatnonzero(np.diff(distances, prepend=-1))
    runs = np.repeat(np.diff(np.append(starts, at.size)), np.diff(np.append(starts, at.size)))
    sure = (
        pl.Series(distances)
        .to_frame("length")
        .select(pl.when(pl.Series(runs >= _LEAST_RUN)).then(pl.col("length")).alias("length"))
    )
    usual = int(pl.Series(distances).mode().min())  # type: ignore[arg-type]  # of integers, not empty
    # Beside a hole, a reading lasts as long as the shorter of its neighbours.
    around = sure.select(
        pl.min_horizontal(pl.col("length").forward_fill(), pl.col("length").backward_fill()).fill_null(usual)
    )
    lengths = sure["length"].fill_null(around.to_series()).to_numpy()
    shortest: Moments = np.minimum(lengths, distances)
    return shortest


def off_the_lines(at: Moments, lengths: Moments) -> Flags:
    """Which stamps lie between the lines of the finest rhythm that most keep to."""
    steps, counts = np.unique(lengths, return_counts=True)
    often = steps[counts >= min(_FEW, counts.max())]
    if not often.size or often[0] >= _DAILY:
        return np.zeros(at.size, dtype=np.bool_)
    places, counts = np.unique(at % often[0], return_counts=True)
    off: Flags = at % often[0] != places[counts.argmax()]
    return off


def looks_like_power(values: Floats, lengths: Moments) -> bool:
    """Whether the values of a series' shortest and longest readings are nearer to the same than in proportion."""
    short, long = lengths == lengths.min(initial=grid.MONTH), lengths == lengths.max(initial=0)
    if min(short.sum(), long.sum()) < _FEW or (short & long).any():
        return False
    in_short, in_long = float(values[short].mean()), float(values[long].mean())
    proportion = float(lengths[short][0] / lengths[long][0])
    return in_long > 0 and in_short / in_long > proportion**0.5


def coarsest_common(lengths: Moments) -> int:
    """The longest of the lengths that a fair part of the time is told in."""
    return _common(lengths)[-1]


def _common(lengths: Moments) -> list[int]:
    steps, counts = np.unique(lengths, return_counts=True)
    time = steps * counts
    common = steps[(counts >= _FEW) & (time >= time.sum() * _SHARE_OF_TIME)]
    return [int(step) for step in (common if common.size else steps[[counts.argmax()]])]


def on_lines(lines: Lines, intervals: Intervals, *, zone: str, is_level: bool) -> Intervals:
    """The intervals between the lines that readings cover, wholly or in part: energy is added up, or spread evenly;
    levels are averaged. What is covered in part, or cut from something longer, is said to be interpolated."""
    edges = edges_of(lines, int(intervals.starts[0]), int(intervals.ends.max()), zone=zone)
    resample = resample_level if is_level else resample_energy
    found = resample(intervals.starts, intervals.ends, intervals.amount, edges=edges)
    covered = found.coverage > 0
    first = np.searchsorted(edges, intervals.starts, side="right") - 1
    last = np.searchsorted(edges, intervals.ends, side="left") - 1
    cut = (last > first) & (2 * (intervals.ends - intervals.starts) > edges[first + 1] - edges[first])
    quality = np.where(cut, np.int16(Quality.INTERPOLATED), intervals.quality).astype(np.int16)
    worst = worst_within(intervals.starts, intervals.ends, quality, edges=edges)
    partly = found.coverage < 1 - 1e-9
    worst = np.where(partly, np.maximum(worst, np.int16(Quality.INTERPOLATED)), worst).astype(np.int16)
    return Intervals(edges[:-1][covered], edges[1:][covered], found.values[covered], worst[covered])
