"""Over the years: the last one against the one before, and the trend of all."""

from datetime import date, timedelta

import numpy as np

from wattwise_contract.profiles import SameWeather, ThermalKind, Trend, YearOnYear

from .hours import Days, Floats, Integers, NotEnough, month_numbers
from .thermal import thermal

YEAR_DAYS = 365
FEWEST_DAYS = 28
FEWEST_MONTHS = 24
FEWEST_DAYS_OF_MONTH = 20
_Z95 = 1.959963984540054  # of the normal distribution, two-sided 95 %
_EPOCH = date(1970, 1, 1)


def year_on_year(days: Days) -> YearOnYear:
    """Return the energy of the last 365 days against that of the same calendar days a year before, over those that both
    years have whole. 29 February has no counterpart and is left out."""
    later = _last_year(days)
    before = np.array([_a_year_before(int(each)) for each in later.number], dtype=np.int64)
    has_one = np.isin(before, days.number)
    if has_one.sum() < FEWEST_DAYS:
        raise NotEnough(f"Only {has_one.sum()} days are whole in both years; {FEWEST_DAYS} are needed.")
    earlier_kwh = float(days.value[np.searchsorted(days.number, before[has_one])].sum())
    later_kwh = float(later.value[has_one].sum())
    if earlier_kwh <= 0:
        raise NotEnough("The meter measured no energy in the earlier year, so there is no change in per cent.")
    return YearOnYear(
        later_from=_date(later.number[has_one][0]),
        later_until=_date(later.number[has_one][-1]),
        days=int(has_one.sum()),
        earlier_kwh=earlier_kwh,
        later_kwh=later_kwh,
        change=later_kwh / earlier_kwh - 1,
    )


def same_weather(days: Days, temperature: Days | None) -> SameWeather:
    """Return the energy of the last 365 days against what the thermal model of the 365 days before says of the later
    temperatures: what changed once the weather is taken out."""
    later = _last_year(days)
    first = int(days.number[-1]) + 1 - YEAR_DAYS
    earlier = days.within(first - YEAR_DAYS, first)
    try:
        model, fit = thermal(earlier, temperature)
    except NotEnough as error:
        raise NotEnough(f"The earlier year has no thermal model. {error}") from error
    if model.kind is ThermalKind.MEAN:
        raise NotEnough("The energy of the earlier year does not follow the temperature.")
    number, kwh, celsius = later.beside(temperature) if temperature else later.beside(later)
    if number.size < FEWEST_DAYS:
        raise NotEnough(
            f"Only {number.size} whole days of the later year have a temperature; {FEWEST_DAYS} are needed."
        )
    expected = float(fit.predict(celsius).sum())
    if expected <= 0:
        raise NotEnough("The earlier year's model expects no energy at the later year's temperatures.")
    return SameWeather(
        days=number.size,
        expected_kwh=expected,
        later_kwh=float(kwh.sum()),
        change=float(kwh.sum()) / expected - 1,
        earlier_r_squared=model.r_squared,
    )


def trend(days: Days) -> Trend:
    """Return the Theil–Sen slope of the deseasonalised monthly means of whole days, in per cent of their mean per year,
    with its 95 % interval (Sen 1968, Estimates of the Regression Coefficient Based on Kendall's Tau).

    A month counts with 20 whole days or more. Its season is what a least-squares fit of twelve months and a straight line
    gives its calendar month, so that years begun do not pass for a trend.
    """
    month, mean = _monthly(days)
    if month.size < FEWEST_MONTHS:
        raise NotEnough(
            f"Only {month.size} months have {FEWEST_DAYS_OF_MONTH} whole days or more; {FEWEST_MONTHS} are needed."
        )
    level = mean - seasons_of(month % 12, month, mean)
    if level.mean() <= 0:
        raise NotEnough("The meter measured no energy, so there is no trend in per cent.")
    slopes = _slopes(month, level)
    per_year = 12 * 100 / float(level.mean())
    low, high = _interval(slopes, month.size)
    return Trend(
        percent_per_year=float(np.median(slopes)) * per_year,
        low=low * per_year,
        high=high * per_year,
        months=month.size,
    )


def seasons_of(calendar_month: Integers, at: Integers, value: Floats) -> Floats:
    """Return the part of each value that its calendar month accounts for, beside a straight line over `at`: zero on
    the average of the months."""
    present = np.unique(calendar_month)
    dummies = (calendar_month[:, None] == present).astype(np.float64)
    line = (at - at.mean()) / max(1.0, float(np.ptp(at)))
    solution = np.linalg.lstsq(np.column_stack([dummies, line]), value, rcond=None)[0]
    found: Floats = dummies @ (solution[:-1] - solution[:-1].mean())
    return found


def _monthly(days: Days) -> tuple[Integers, Floats]:
    month, place = np.unique(month_numbers(days.number), return_inverse=True)
    count = np.bincount(place, minlength=month.size)
    kept = count >= FEWEST_DAYS_OF_MONTH
    total = np.bincount(place, weights=days.value, minlength=month.size)
    return month[kept], total[kept] / count[kept]


def _slopes(at: Integers, value: Floats) -> Floats:
    """Return the slopes between all pairs, sorted."""
    i, j = np.triu_indices(at.size, k=1)
    return np.sort((value[j] - value[i]) / (at[j] - at[i]))


def _interval(slopes: Floats, count: int) -> tuple[float, float]:
    """Return the slopes at the ranks that Kendall's S leaves, without ties: Var S = n (n − 1) (2n + 5) ÷ 18."""
    spread = _Z95 * np.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    low = max(0, round((slopes.size - spread) / 2) - 1)
    high = min(slopes.size - 1, round((slopes.size + spread) / 2))
    return float(slopes[low]), float(slopes[high])


def _last_year(days: Days) -> Days:
    if days.count == 0:
        raise NotEnough("The meter has no day with all its readings.")
    last = int(days.number[-1]) + 1
    return days.within(last - YEAR_DAYS, last)


def _a_year_before(number: int) -> int:
    day = _date(number)
    if (day.month, day.day) == (2, 29):
        return -1  # none: no meter was read in 1969
    return (day.replace(year=day.year - 1) - _EPOCH).days


def _date(number: int) -> date:
    return _EPOCH + timedelta(days=int(number))
