"""How much of the load repeats by day, week and year.

Wang, Smith and Hyndman 2006, Characteristic-Based Clustering for Time Series Data: max(0, 1 − Var(R) ÷ Var(S + R)), where
S repeats and R is the rest, once the slower movement was taken away.
"""

import numpy as np

from .hours import Days, Floats, Hours, Integers, NotEnough, months, weekdays
from .years import seasons_of

FEWEST_DAYS = 14  # for the day
FEWEST_WEEK_DAYS = 28  # for the week
FEWEST_YEAR_DAYS = 700  # for the year: two, but for some days
_HALF_WEEK = 3


def of_day(hours: Hours) -> float:
    """Return the strength of the day. S: mean by local hour of the kW less the mean of their whole day."""
    days = hours.whole_days()
    if len(days) < FEWEST_DAYS:
        raise NotEnough(f"Only {len(days)} days have all their hours; {FEWEST_DAYS} are needed.")
    moved = np.concatenate([hours.kw[day] - hours.kw[day].mean() for day in days])
    return _strength(_means_of(np.concatenate([hours.hour[day] for day in days]), moved), moved, level=hours.kw)


def of_week(days: Days) -> float:
    """Return the strength of the week. S: mean by weekday of the kWh less the mean of the seven days around."""
    runs = np.flatnonzero(days.number[2 * _HALF_WEEK :] - days.number[: -2 * _HALF_WEEK] == 2 * _HALF_WEEK)
    if runs.size < FEWEST_WEEK_DAYS:
        raise NotEnough(f"Only {runs.size} days lie amid seven whole ones; {FEWEST_WEEK_DAYS} are needed.")
    sums = np.concatenate([[0.0], np.cumsum(days.value)])
    around = (sums[runs + 2 * _HALF_WEEK + 1] - sums[runs]) / 7
    middle = runs + _HALF_WEEK
    moved = days.value[middle] - around
    return _strength(_means_of(weekdays(days.number[middle]), moved), moved, level=days.value)


def of_year(days: Days) -> float:
    """Return the strength of the year. S: what the calendar month accounts for beside a straight line, in kWh of days."""
    month = months(days.number)
    span = int(days.number[-1] - days.number[0]) if days.count else 0
    if days.count < FEWEST_YEAR_DAYS or span < FEWEST_YEAR_DAYS or np.unique(month).size < 12:
        raise NotEnough(f"Only {days.count} days have all their readings; two years of them are needed.")
    seasons = seasons_of(month, days.number, days.value)
    line = np.polyval(np.polyfit(days.number - days.number[0], days.value - seasons, 1), days.number - days.number[0])
    return _strength(seasons, days.value - line, level=days.value)


def _strength(seasonal: Floats, moved: Floats, *, level: Floats) -> float:
    whole = float(np.var(moved))
    if whole <= (1e-9 * float(np.abs(level).max())) ** 2:
        raise NotEnough("The load does not vary.")
    return max(0.0, 1 - float(np.var(moved - seasonal)) / whole)


def _means_of(place: Integers, value: Floats) -> Floats:
    """Return, for each value, the mean of all values of its place."""
    found: Floats = (np.bincount(place, weights=value) / np.maximum(1, np.bincount(place)))[place]
    return found
