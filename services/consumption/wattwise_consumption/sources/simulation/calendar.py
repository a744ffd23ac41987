"""The half hours of a simulation, and what clock and sun say in each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
IntArray = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Calendar:
    """By half hour, oldest first. `slot` is the local half hour of the day (0..47), through both clock changes."""

    starts_at: pl.Series  # UTC, µs
    slot: IntArray
    day_index: IntArray  # local days since the first
    days: int
    weekday: IntArray  # 0 Monday … 6 Sunday
    day_of_year: FloatArray
    solar_hour: FloatArray  # 12 when the sun is highest, near enough

    @property
    def is_weekend(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return self.weekday >= 5


def calendar_until(until: datetime, *, days: int, timezone: str) -> Calendar:
    """All half hours of so many local days and today's, the last of them over at `until`."""
    last = until - timedelta(minutes=until.minute % 30, seconds=until.second, microseconds=until.microsecond)
    first = last - timedelta(days=days)
    starts = pl.datetime_range(first, last, HALF_HOUR, closed="left", eager=True, time_unit="us", time_zone="UTC")
    local = starts.dt.convert_time_zone(timezone)
    naive = local.dt.replace_time_zone(None)
    date = local.dt.date()
    day_index = (date.cast(pl.Int64) - date.cast(pl.Int64).item(0)).to_numpy()
    # The sun keeps the zone's standard time; its noon is taken as that of the zone's middle.
    standard_offset_hours = float(local.dt.base_utc_offset().dt.total_minutes().min() or 0) / 60  # type: ignore[arg-type]  # minutes
    utc_hour = starts.dt.hour().to_numpy() + starts.dt.minute().to_numpy() / 60 + 0.25
    return Calendar(
        starts_at=starts,
        slot=(naive.dt.hour().cast(pl.Int64) * 2 + naive.dt.minute().cast(pl.Int64) // 30).to_numpy(),
        day_index=day_index,
        days=int(day_index[-1]) + 1,
        weekday=local.dt.weekday().cast(pl.Int64).to_numpy() - 1,
        day_of_year=local.dt.ordinal_day().cast(pl.Float64).to_numpy(),
        solar_hour=(utc_hour + standard_offset_hours) % 24,
    )
