"""The load as a whole: how long it is how high, its base and peak, its parts and how fast it changes."""

import numpy as np

from wattwise_contract.profiles import BaseAndPeak, PeakHour, Ramp, Share, Shares
from wattwise_timeseries.moments import HOUR, to_datetime

from .hours import Flags, Hours, NotEnough
from .typical import FRIDAY

FEWEST_HOURS = 168
FEWEST_DAYS = 7
NIGHT_STARTS, NIGHT_ENDS = 23, 7
_NEAR_BASE, _NEAR_PEAK = 0.025, 0.975


def enough(hours: Hours) -> Hours:
    """Return the hours, or raise NotEnough where they are less than a week."""
    if hours.count < FEWEST_HOURS:
        raise NotEnough(f"Only {hours.count} hours have all their readings; {FEWEST_HOURS} (a week) are needed.")
    return hours


def duration_curve(hours: Hours) -> list[float]:
    """Return the kW reached or exceeded in 0, 1, … 100 % of the hours, falling."""
    shares = 1 - np.arange(101) / 100
    return [float(kw) for kw in np.quantile(enough(hours).kw, shares)]


def base_and_peak(hours: Hours) -> BaseAndPeak:
    """Return near-base and near-peak load in kW: the median over whole days of the 2.5th and 97.5th percentile of each
    day's hours (Price 2010, Methods for Analyzing Electric Load Shape and its Variability, LBNL-3713E)."""
    days = hours.whole_days()
    if len(days) < FEWEST_DAYS:
        raise NotEnough(f"Only {len(days)} days have all their hours; {FEWEST_DAYS} are needed.")
    levels = np.array([np.quantile(hours.kw[day], (_NEAR_BASE, _NEAR_PEAK)) for day in days])
    base, peak = (float(level) for level in np.median(levels, axis=0))
    return BaseAndPeak(
        near_base_kw=base, near_peak_kw=peak, base_to_peak=base / peak if peak > 0 else None, days=len(days)
    )


def peak(hours: Hours) -> PeakHour:
    """Return the highest hour, and the load factor: mean ÷ peak. The mean is all energy by all time."""
    enough(hours)
    place = int(np.argmax(hours.kw))
    highest = float(hours.kw[place])
    mean = float(hours.kwh.sum() / hours.length.sum())
    return PeakHour(
        kw=highest,
        starts_at=to_datetime(int(hours.starts_at[place])),
        mean_kw=mean,
        load_factor=mean / highest if highest > 0 else None,
    )


def shares(hours: Hours) -> Shares:
    """Return the parts of the energy at night (23–7), by day (7–23) and on Saturdays and Sundays, local time."""
    if enough(hours).kwh.sum() <= 0:
        raise NotEnough("The meter measured no energy, which has no shares.")
    at_night = (hours.hour >= NIGHT_STARTS) | (hours.hour < NIGHT_ENDS)
    return Shares(
        night=_share(hours, at_night),
        day=_share(hours, ~at_night),
        weekend=_share(hours, hours.weekday > FRIDAY),
    )


def ramp(hours: Hours) -> Ramp:
    """Return how fast the load changes between hours that follow each other, in kW/h: the 95th percentile of the changes
    whatever their direction, and the largest rise and fall with the start of the hour in which they arrived."""
    enough(hours)
    ends_at = hours.starts_at + np.rint(hours.length * HOUR).astype(np.int64)
    neighbours = np.flatnonzero(ends_at[:-1] == hours.starts_at[1:])
    if neighbours.size == 0:
        raise NotEnough("No two hours with all their readings follow each other.")
    apart = (hours.length[neighbours] + hours.length[neighbours + 1]) / 2  # from middle to middle
    change = (hours.kw[neighbours + 1] - hours.kw[neighbours]) / apart
    rise, fall = int(np.argmax(change)), int(np.argmin(change))
    arrived = hours.starts_at[neighbours + 1]
    return Ramp(
        p95_change=float(np.quantile(np.abs(change), 0.95)),
        largest_rise=max(0.0, float(change[rise])),
        rise_at=to_datetime(int(arrived[rise])) if change[rise] > 0 else None,
        largest_fall=max(0.0, -float(change[fall])),
        fall_at=to_datetime(int(arrived[fall])) if change[fall] < 0 else None,
    )


def _share(hours: Hours, chosen: Flags) -> Share:
    return Share(
        energy=float(hours.kwh[chosen].sum() / hours.kwh.sum()),
        hours=float(hours.length[chosen].sum() / hours.length.sum()),
    )
