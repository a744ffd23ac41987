"""Typical days and the typical week: the load by local hour."""

import numpy as np

from wattwise_contract.profiles import Season, TypicalDay

from .hours import HOURS_PER_DAY, Flags, Floats, Hours, Integers, NotEnough

FRIDAY = 4
_MONTHS = {
    Season.YEAR: range(1, 13),
    Season.WINTER: (12, 1, 2),
    Season.SPRING: (3, 4, 5),
    Season.SUMMER: (6, 7, 8),
    Season.AUTUMN: (9, 10, 11),
}


def typical_days(hours: Hours) -> list[TypicalDay]:
    """Return weekday and weekend day of the year and of each season that has complete hours.

    Mean and 10th, 50th and 90th percentile (linear between ranks, Hyndman and Fan 1996, type 7) of kW by local hour.
    """
    if hours.count == 0:
        raise NotEnough("The meter has no hour with all its readings.")
    found = []
    for season, its_months in _MONTHS.items():
        in_season = np.isin(hours.month, list(its_months))
        for weekend in (False, True):
            chosen = in_season & ((hours.weekday > FRIDAY) == weekend)
            if chosen.any():
                found.append(_typical_day(hours, chosen, season, weekend=weekend))
    return found


def typical_week(hours: Hours) -> list[float | None]:
    """Return the mean kW of each of the 168 local hours of a week, Monday 0:00 first; None where none was complete."""
    place = hours.weekday * HOURS_PER_DAY + hours.hour
    return _means(place, hours.kw, 7 * HOURS_PER_DAY)


def _typical_day(hours: Hours, chosen: Flags, season: Season, *, weekend: bool) -> TypicalDay:
    hour, kw = hours.hour[chosen], hours.kw[chosen]
    by_hour = [kw[hour == each] for each in range(HOURS_PER_DAY)]
    quantiles = [np.quantile(own, (0.1, 0.5, 0.9)).tolist() if own.size else [None] * 3 for own in by_hour]
    p10, p50, p90 = map(list, zip(*quantiles, strict=True))
    return TypicalDay(
        season=season,
        weekend=weekend,
        days=np.unique(hours.day_number[chosen]).size,
        mean_kw=_means(hour, kw, HOURS_PER_DAY),
        p10_kw=p10,
        p50_kw=p50,
        p90_kw=p90,
    )


def _means(place: Integers, value: Floats, places: int) -> list[float | None]:
    count = np.bincount(place, minlength=places)
    total = np.bincount(place, weights=value, minlength=places)
    return [float(total[each] / count[each]) if count[each] else None for each in range(places)]
