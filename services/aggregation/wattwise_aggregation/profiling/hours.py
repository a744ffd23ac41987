"""What profiles are computed from: the complete hours and whole days of one meter, with their local calendar."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from wattwise_timeseries.calendars import period_edges, utc_offsets
from wattwise_timeseries.moments import HOUR, Moments, to_datetime

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

HOURS_PER_DAY = 24
DAY = 24 * HOUR
_MONDAY = 3  # 1970-01-01, day number 0, was a Thursday


class NotEnough(ValueError):
    """The data do not allow a figure; the message says why, for people."""


@dataclass(frozen=True)
class Hours:
    """Complete hours, oldest first. `length` is in hours: one, or less where the clock changes within an hour."""

    starts_at: Moments
    kwh: Floats
    length: Floats
    timezone: str

    @classmethod
    def of(cls, rollups: pl.DataFrame, *, timezone: str) -> "Hours":
        """Take the hours of one meter that have all their readings (contract ROLLUPS of the hour)."""
        complete = rollups.filter(pl.col("count") >= pl.col("expected_count")).sort("starts_at")
        starts_at = complete["starts_at"].dt.timestamp("us").to_numpy()
        return cls(
            starts_at=starts_at,
            kwh=complete["total"].to_numpy(),
            length=_lengths(starts_at, timezone),
            timezone=timezone,
        )

    @property
    def count(self) -> int:
        return int(self.starts_at.size)

    @cached_property
    def kw(self) -> Floats:
        """Mean power: energy by the length of its hour."""
        return self.kwh / self.length

    @cached_property
    def _local(self) -> Moments:
        return self.starts_at + utc_offsets(self.starts_at, timezone=self.timezone)

    @cached_property
    def day_number(self) -> Integers:
        """Local date as days since 1970-01-01."""
        return self._local // DAY

    @cached_property
    def hour(self) -> Integers:
        """Local hour, 0 … 23. The autumn hour that happens twice is there twice."""
        return self._local % DAY // HOUR

    @cached_property
    def weekday(self) -> Integers:
        return weekdays(self.day_number)

    @cached_property
    def month(self) -> Integers:
        return months(self.day_number)

    def whole_days(self) -> list[slice]:
        """Return the positions of the hours of each local day that lacks none: 23, 24 or 25."""
        if self.count == 0:
            return []
        edges = _edges("day", self.starts_at, self.timezone)
        marks = np.searchsorted(self.starts_at, edges)
        sums = np.concatenate([[0.0], np.cumsum(self.length)])
        present = sums[marks[1:]] - sums[marks[:-1]]
        whole = np.flatnonzero(np.abs(present - np.diff(edges) / HOUR) < 1e-6)
        return [slice(int(marks[each]), int(marks[each + 1])) for each in whole]


@dataclass(frozen=True)
class Days:
    """Whole local days, oldest first: their number since 1970-01-01 and a value each (kWh, or °C)."""

    number: Integers
    value: Floats

    @classmethod
    def of(cls, rollups: pl.DataFrame, *, timezone: str, column: str = "total") -> "Days":
        """Take the days of one meter that have all their readings (contract ROLLUPS of the day)."""
        complete = rollups.filter(pl.col("count") >= pl.col("expected_count")).sort("starts_at")
        starts_at = complete["starts_at"].dt.timestamp("us").to_numpy()
        # Noon is on the same date, whatever the clock does at midnight.
        noon = starts_at + utc_offsets(starts_at, timezone=timezone) + DAY // 2
        return cls(number=noon // DAY, value=complete[column].to_numpy())

    @classmethod
    def means_of(cls, rollups: pl.DataFrame, *, timezone: str) -> "Days":
        """Return the mean of each day of the time zone that has all but two of its hours (contract ROLLUPS of the hour,
        whosever's they are): a thermometer's days need not be those of the meter beside it."""
        hours = Hours.of(rollups.with_columns(total=pl.col("mean")), timezone=timezone)
        number, place = np.unique(hours.day_number, return_inverse=True)
        count = np.bincount(place, minlength=number.size)
        mean = np.bincount(place, weights=hours.kwh, minlength=number.size) / count
        kept = count >= HOURS_PER_DAY - 2
        return cls(number[kept], mean[kept])

    @property
    def count(self) -> int:
        return int(self.number.size)

    def within(self, first: int, last: int) -> "Days":
        """Return those from day number `first` to before `last`."""
        found = (self.number >= first) & (self.number < last)
        return Days(self.number[found], self.value[found])

    def beside(self, other: "Days") -> tuple[Integers, Floats, Floats]:
        """Return the day numbers that both have, and the values of each."""
        number, own, its = np.intersect1d(self.number, other.number, assume_unique=True, return_indices=True)
        return number, self.value[own], other.value[its]


def weekdays(day_number: Integers) -> Integers:
    """Return 0 for Monday … 6 for Sunday."""
    found: Integers = (day_number + _MONDAY) % 7
    return found


def months(day_number: Integers) -> Integers:
    """Return 1 … 12."""
    found: Integers = month_numbers(day_number) % 12 + 1
    return found


def month_numbers(day_number: Integers) -> Integers:
    """Return months since January 1970."""
    return day_number.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _lengths(starts_at: Moments, timezone: str) -> Floats:
    if starts_at.size == 0:
        return np.zeros(0)
    edges = _edges("hour", starts_at, timezone)
    place = np.searchsorted(edges, starts_at, side="right") - 1
    found: Floats = np.diff(edges)[place] / HOUR
    return found


def _edges(grain: str, starts_at: Moments, timezone: str) -> Moments:
    """Return the edges of the local periods that hold the first to the last of the moments."""
    first, after = to_datetime(int(starts_at[0])), to_datetime(int(starts_at[-1]) + 1)
    return period_edges(grain, timezone=timezone, starts_at=first, ends_at=after)
