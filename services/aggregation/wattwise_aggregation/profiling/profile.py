"""Every figure of a meter's profile, each by itself: what the data do not allow is left out with its reason."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from wattwise_contract.profiles import Profile, Seasonality
from wattwise_timeseries.moments import HOUR, to_datetime

from . import load, seasonality, typical, years
from .hours import Days, Hours, NotEnough
from .thermal import thermal

Found = TypeVar("Found")


@dataclass(frozen=True)
class Measured:
    """What is known of a meter: the complete hours of its last year, all its whole days, and the temperature's."""

    meter_id: int
    hours: Hours
    days: Days
    temperature: Days | None


def profile_of(measured: Measured) -> Profile:
    """Return the profile. Never raises for want of data."""
    hours, days, temperature = measured.hours, measured.days, measured.temperature
    tried = _Tried()
    last_year = (
        days.within(int(days.number[-1]) + 1 - years.YEAR_DAYS, int(days.number[-1]) + 1) if days.count else days
    )
    model = tried("thermal", lambda: thermal(last_year, temperature))
    return Profile(
        meter_id=measured.meter_id,
        timezone=hours.timezone,
        covers_from=to_datetime(int(hours.starts_at[0])) if hours.count else None,
        covers_until=to_datetime(int(hours.starts_at[-1] + round(hours.length[-1] * HOUR))) if hours.count else None,
        hours=hours.count,
        days=np.unique(hours.day_number).size,
        typical_days=tried("typical_days", lambda: typical.typical_days(hours)) or [],
        typical_week_kw=tried("typical_week_kw", lambda: typical.typical_week(load.enough(hours))),
        duration_kw=tried("duration_kw", lambda: load.duration_curve(hours)),
        base_and_peak=tried("base_and_peak", lambda: load.base_and_peak(hours)),
        peak=tried("peak", lambda: load.peak(hours)),
        shares=tried("shares", lambda: load.shares(hours)),
        ramp=tried("ramp", lambda: load.ramp(hours)),
        thermal=model[0] if model else None,
        year_on_year=tried("year_on_year", lambda: years.year_on_year(days)),
        same_weather=tried("same_weather", lambda: years.same_weather(days, temperature)),
        trend=tried("trend", lambda: years.trend(days)),
        seasonality=Seasonality(
            day=tried("seasonality_day", lambda: seasonality.of_day(hours)),
            week=tried("seasonality_week", lambda: seasonality.of_week(last_year)),
            year=tried("seasonality_year", lambda: seasonality.of_year(days)),
        ),
        reasons=tried.reasons,
    )


@dataclass(frozen=True)
class _Tried:
    reasons: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str, compute: Callable[[], Found]) -> Found | None:
        try:
            return compute()
        except NotEnough as error:
            self.reasons[name] = str(error)
            return None
