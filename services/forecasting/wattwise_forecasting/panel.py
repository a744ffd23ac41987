"""The panel: every meter's hours side by side, dense, with what is known about each hour and each meter.

Hours are UTC slots, counted from 1970. A meter's local hour belongs to the slot in which it starts; so a zone of +05:45
has its own hours, shifted by a quarter. Unknown hours are NaN, never zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import holidays
import numpy as np
from numpy.typing import NDArray

from wattwise_timeseries.calendars import utc_offsets
from wattwise_timeseries.moments import HOUR, to_datetime

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Covariate = tuple[str, Floats]

HOURS_AHEAD_AT_MOST = 9 * 24  # 48 hours, and the gap of a live feed that is up to 7 days late


@dataclass(frozen=True)
class MeterFacts:
    """What does not change from hour to hour. `attributes` are the consumer's, as numbers or words."""

    meter_id: int
    timezone: str
    country: str = ""
    quantity: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Panel:
    """`values[meter, hour]` is the energy of each hour in kWh (m³ for water); column 0 is the slot `first_slot`.

    `temperature[hour]` is that of the organization's own meter, NaN where it has none; like the values it counts as
    known only before a forecast's origin.
    """

    meters: Sequence[MeterFacts]
    first_slot: int
    values: Floats
    temperature: Floats

    @property
    def hours(self) -> int:
        return int(self.values.shape[1])

    def until(self, hour: int) -> Self:
        """Return the panel as it was known before the column `hour`."""
        return replace(self, values=self.values[:, :hour], temperature=self.temperature[:hour])

    @cached_property
    def known_ends(self) -> Integers:
        """Return of each meter the column after its last known hour; 0 where it has none."""
        known = np.isfinite(self.values)
        last = self.hours - np.argmax(known[:, ::-1], axis=1)
        return np.where(known.any(axis=1), last, 0)

    @cached_property
    def calendar(self) -> "Calendar":
        return Calendar.of(self.meters, self.first_slot, self.hours + HOURS_AHEAD_AT_MOST + 1)


@dataclass(frozen=True)
class Calendar:
    """Local calendar facts `[place, hour]`; `place[meter]` says which row is a meter's. Reaches beyond the values."""

    place: Integers
    offset: Integers  # of local time from UTC, in whole hours, rounded down
    hour: Integers  # 0..23
    weekday: Integers  # 0 is Monday
    day_of_year: Integers
    holiday: NDArray[np.bool_]

    @classmethod
    def of(cls, meters: Sequence[MeterFacts], first_slot: int, hours: int) -> Self:
        places = sorted({(meter.timezone, meter.country) for meter in meters})
        rows = [_local(timezone, country, first_slot, hours) for timezone, country in places]
        place = np.array([places.index((meter.timezone, meter.country)) for meter in meters], dtype=np.int64)
        offset, hour, weekday, day_of_year, holiday = (np.array(column) for column in zip(*rows, strict=True))
        return cls(place, offset, hour, weekday, day_of_year, holiday)

    @cached_property
    def free_day(self) -> NDArray[np.bool_]:
        """Whether it is a weekend or a holiday."""
        return (self.weekday >= 5) | self.holiday


def _local(timezone: str, country: str, first_slot: int, hours: int) -> tuple[NDArray[np.generic], ...]:
    moments = (first_slot + np.arange(hours, dtype=np.int64)) * HOUR
    offset = utc_offsets(moments, timezone=timezone)
    local = ((moments + offset) // 1_000_000).astype("datetime64[s]")
    day = local.astype("datetime64[D]")
    day_of_year = (day - day.astype("datetime64[Y]")).astype(np.int64)
    weekday = (day.astype(np.int64) + 3) % 7
    hour = (local.astype("datetime64[h]") - day).astype(np.int64)
    return offset // HOUR, hour, weekday, day_of_year, np.isin(day, _holidays(country, moments))


def _holidays(country: str, moments: Integers) -> NDArray[np.datetime64]:
    """Return the public holidays of a country; none where the library does not know it."""
    years = range(to_datetime(int(moments[0])).year - 1, to_datetime(int(moments[-1])).year + 2)
    try:
        days = holidays.country_holidays(country.upper(), years=years)
    except NotImplementedError:
        return np.array([], dtype="datetime64[D]")
    return np.array(sorted(days), dtype="datetime64[D]")
