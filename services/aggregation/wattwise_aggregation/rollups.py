"""The numbers of a rollup: statistics of a meter's readings by its local periods.

Pure: no queue, no HTTP, no clock. A grain is computed from the readings themselves in one pass over sorted arrays, so
that a day is never a rounded sum of hours; longer periods are merged from days (merging.py), which is as exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from wattwise_contract.quantities import Quality
from wattwise_contract.rollups import Grain
from wattwise_contract.schemas import ROLLUPS
from wattwise_timeseries.calendars import period_edges
from wattwise_timeseries.moments import Moments, to_datetime
from wattwise_timeseries.resolutions import Resolution, expected_counts

from .windows import Window

SHORT_GRAINS = (Grain.HOUR, Grain.DAY)
GRAIN_NUMBERS = {grain: number for number, grain in enumerate(Grain)}

# Contract ROLLUPS, and the grain's number.
ARROW_SCHEMA = ROLLUPS.append(pa.field("grain", pa.int8(), nullable=False))
SCHEMA = pl.Schema(ARROW_SCHEMA)


class NotFinite(ValueError):
    """A stored value is no number."""

    def __init__(self, at: Moments) -> None:
        super().__init__(
            f"{at.size} stored readings are no numbers, the first at {to_datetime(int(at[0])):%Y-%m-%d %H:%M} UTC."
        )


@dataclass(frozen=True)
class Readings:
    """One meter's readings as arrays of the same length, sorted by `starts_at` (moments), each moment once."""

    starts_at: Moments
    value: NDArray[np.float64]
    quality: NDArray[np.int16]

    @classmethod
    def of(cls, readings: pl.DataFrame) -> "Readings":
        """Take one meter's rows of contract READINGS, in any order."""
        if not readings["starts_at"].is_sorted():
            readings = readings.sort("starts_at")
        return cls(
            starts_at=readings["starts_at"].dt.timestamp("us").to_numpy(),
            value=readings["value"].to_numpy(),
            quality=readings["quality"].to_numpy(),
        )

    def within(self, window: Window) -> "Readings":
        """Return those that start within the window."""
        first, last = np.searchsorted(self.starts_at, window.moments)
        return Readings(self.starts_at[first:last], self.value[first:last], self.quality[first:last])


@dataclass(frozen=True)
class MeterKind:
    """What the statistics of a meter depend on, besides its readings."""

    meter_id: int
    timezone: str
    resolution: Resolution
    adds_up: bool

    @property
    def has_days(self) -> bool:
        """Whether a day holds at least one reading, so that longer periods are merged from days."""
        return self.resolution.fits_into(Grain.DAY)


def roll_up(readings: Readings, *, meter: MeterKind, window: Window, grains: Sequence[Grain]) -> pl.DataFrame:
    """Return the rollups (SCHEMA) of the periods that cover the window, from the readings that start within it. The window
    is one of whole local periods of each of the grains.

    A period without readings has no row; a grain that is shorter than the meter's resolution is left out.
    Raises NotFinite, and what a bad zone or resolution raises: ValueError, all of them.
    """
    inside = readings.within(window)
    finite = np.isfinite(inside.value)
    if not finite.all():
        raise NotFinite(inside.starts_at[~finite])
    if inside.value.size == 0:
        return SCHEMA.to_frame()
    return pl.concat(
        [_of_grain(inside, meter, window, grain) for grain in grains if meter.resolution.fits_into(grain)]
        or [SCHEMA.to_frame()]
    )


def _of_grain(readings: Readings, meter: MeterKind, window: Window, grain: Grain) -> pl.DataFrame:
    edges = period_edges(grain, timezone=meter.timezone, starts_at=window.starts_at, ends_at=window.ends_at)
    expected = expected_counts(edges, resolution=meter.resolution, timezone=meter.timezone)
    marks = np.searchsorted(readings.starts_at, edges)
    periods = np.flatnonzero(np.diff(marks))
    first = marks[periods]
    columns = _statistics(readings, first, adds_up=meter.adds_up)
    return pl.DataFrame(
        {
            "meter_id": np.full(first.size, meter.meter_id, dtype=np.int32),
            "starts_at": edges[periods],
            **columns,
            "expected_count": expected[periods],
            "grain": np.full(first.size, GRAIN_NUMBERS[grain], dtype=np.int8),
        }
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _statistics(readings: Readings, first: NDArray[np.int64], *, adds_up: bool) -> dict[str, NDArray[np.generic]]:
    """Return the statistics of the groups of consecutive readings that start at the positions `first`."""
    value = readings.value
    count = np.diff(np.append(first, value.size))
    total = np.add.reduceat(value, first)
    mean = total / count
    minimum, maximum = np.minimum.reduceat(value, first), np.maximum.reduceat(value, first)
    spread = np.add.reduceat((value - np.repeat(mean, count)) ** 2, first)
    return {
        "total": total if adds_up else np.full(first.size, np.nan),
        "mean": mean,
        "minimum": minimum,
        "maximum": maximum,
        "minimum_at": readings.starts_at[_first_equal(value, minimum, count)],
        "maximum_at": readings.starts_at[_first_equal(value, maximum, count)],
        "standard_deviation": np.sqrt(spread / count),
        "count": count,
        "estimated_count": np.add.reduceat((readings.quality != Quality.MEASURED).astype(np.int64), first),
    }


def _first_equal(
    value: NDArray[np.float64], wanted: NDArray[np.float64], count: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return, of each group, the position of its first value that equals the wanted one."""
    equal = np.flatnonzero(value == np.repeat(wanted, count))
    groups = np.repeat(np.arange(count.size), count)[equal]
    first: NDArray[np.int64] = equal[np.concatenate([[True], np.diff(groups) > 0])]
    return first
