"""The month so far, the same days of the month before, and where the month will end. Pure calendar and arithmetic."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import fmean, pstdev

Z_80 = 1.2816  # standard deviations on each side of the mean that hold 80 % of a normal distribution
WEEKS_LOOKED_BACK = 4
FEWEST_DAYS = 14  # of history, to say anything about days to come


@dataclass(frozen=True)
class MonthSoFar:
    """The complete days of a month, up to and with `last`, and as many of the month before."""

    first: date
    last: date
    previous_first: date
    previous_last: date

    @classmethod
    def until(cls, last_complete_day: date) -> "MonthSoFar":
        first = last_complete_day.replace(day=1)
        previous_first = (first - timedelta(days=1)).replace(day=1)
        length = monthrange(previous_first.year, previous_first.month)[1]
        previous_last = previous_first.replace(day=min(last_complete_day.day, length))
        return cls(first, last_complete_day, previous_first, previous_last)

    @property
    def days(self) -> int:
        return self.last.day

    @property
    def previous_days(self) -> int:
        return self.previous_last.day

    @property
    def days_to_come(self) -> list[date]:
        length = monthrange(self.first.year, self.first.month)[1]
        return [self.first.replace(day=day) for day in range(self.last.day + 1, length + 1)]

    @property
    def label(self) -> str:
        return _label(self.last)

    @property
    def previous_label(self) -> str:
        return _label(self.previous_last)


def _label(last: date) -> str:
    """Such as "first 14 days of June", or "June" when it is all of it."""
    month = f"{last:%B}"
    if last.day == monthrange(last.year, last.month)[1]:
        return month
    return f"first day of {month}" if last.day == 1 else f"first {last.day} days of {month}"


@dataclass(frozen=True)
class MonthEnd:
    """The month's energy by its last day, with a range that holds it four times out of five."""

    kwh: float
    low_kwh: float
    high_kwh: float


def month_end(
    month: MonthSoFar, *, kwh_so_far: float, daily: Mapping[date, float], forecast: Mapping[date, float]
) -> MonthEnd | None:
    """What came so far, plus for each day to come its forecast, or the mean of the same weekday of the last four weeks.

    The range is that of the daily deviations from those weekday means, added as if days were independent. None when
    fewer than FEWEST_DAYS days are known.
    """
    recent = {day: kwh for day, kwh in daily.items() if month.last - day < timedelta(weeks=WEEKS_LOOKED_BACK)}
    if len(recent) < FEWEST_DAYS:
        return None
    usual = _weekday_means(recent)
    to_come = [forecast.get(day, usual[day.weekday()]) for day in month.days_to_come]
    deviation = pstdev([kwh - usual[day.weekday()] for day, kwh in recent.items()])
    half_width = Z_80 * deviation * sqrt(len(to_come))
    kwh = kwh_so_far + sum(to_come)
    return MonthEnd(kwh, max(kwh_so_far, kwh - half_width), kwh + half_width)


def _weekday_means(daily: Mapping[date, float]) -> list[float]:
    overall = fmean(daily.values())
    by_weekday: list[list[float]] = [[] for _ in range(7)]
    for day, kwh in daily.items():
        by_weekday[day.weekday()].append(kwh)
    return [_mean(values, otherwise=overall) for values in by_weekday]


def _mean(values: Sequence[float], *, otherwise: float) -> float:
    return fmean(values) if values else otherwise
