"""Thermal models, years, trends and seasons: known answers, and a second opinion by other means."""

from datetime import date, timedelta
from itertools import combinations
from math import cos, pi
from statistics import mean, median

import numpy as np
import pytest
from scipy.stats import theilslopes

from wattwise_aggregation.profiling import Days, Hours, Measured, NotEnough, profile_of, seasonality, years
from wattwise_aggregation.profiling.thermal import thermal
from wattwise_contract.profiles import ThermalKind

from .profiled import days_of, hour_starts, rollups

FIRST = date(2024, 1, 1)
TWO_YEARS = 731  # 2024 is a leap year


def celsius(day: date) -> float:
    """Cold in January, warm in July, and no two days the same."""
    turn = 2 * pi * day.timetuple().tm_yday / 365.25
    return 11 - 10 * cos(turn) + 3 * cos(day.toordinal() * 2.4)


TEMPERATURE = days_of(celsius, first=FIRST, days=2 * TWO_YEARS)


def heated(point=15.0, slope=2.0, base=8.0):
    return lambda day: base + slope * max(0.0, point - celsius(day))


def with_noise(days: Days, sigma: float, seed: int = 1) -> Days:
    return Days(days.number, days.value + np.random.default_rng(seed).normal(0, sigma, days.count))


def test_a_known_heating_change_point_is_found_exactly():
    model, fit = thermal(days_of(heated(), first=FIRST, days=365), TEMPERATURE)
    assert model.kind is ThermalKind.HEATING
    assert (model.heating_point, model.heating_slope, model.base_kwh_per_day) == pytest.approx((15.0, 2.0, 8.0))
    assert (model.cooling_point, model.cooling_slope) == (None, None)
    assert model.r_squared == pytest.approx(1.0)
    assert (model.days, model.dates[0], len(model.kwh)) == (365, FIRST, 365)
    assert fit.predict(np.array([5.0, 20.0])) == pytest.approx([28.0, 8.0])


def test_cooling_and_both_are_found_through_noise():
    cooled = days_of(lambda day: 5 + 1.5 * max(0.0, celsius(day) - 16), first=FIRST, days=365)
    model, _ = thermal(with_noise(cooled, 0.5), TEMPERATURE)
    assert model.kind is ThermalKind.COOLING
    assert model.cooling_point == pytest.approx(16, abs=0.5)
    assert model.cooling_slope == pytest.approx(1.5, rel=0.05)
    both = days_of(lambda day: heated(10.0)(day) + 3 * max(0.0, celsius(day) - 17), first=FIRST, days=365)
    model, _ = thermal(with_noise(both, 0.5), TEMPERATURE)
    assert model.kind is ThermalKind.BOTH
    assert (model.heating_point, model.cooling_point) == pytest.approx((10, 17), abs=0.6)
    assert (model.heating_slope, model.cooling_slope) == pytest.approx((2, 3), rel=0.06)


def test_the_grid_is_no_worse_than_least_squares_tried_point_by_point():
    energy = with_noise(days_of(heated(13.1), first=FIRST, days=200), 2.0)
    _, kwh, at = energy.beside(TEMPERATURE)
    errors = {}
    for point in np.arange(np.quantile(at, 0.1), np.quantile(at, 0.9), 0.25):
        columns = np.column_stack([np.ones(at.size), np.maximum(0, point - at)])
        errors[point] = np.linalg.lstsq(columns, kwh, rcond=None)[1][0]
    model, fit = thermal(energy, TEMPERATURE)
    assert fit.error == pytest.approx(min(errors.values()), rel=0.002)
    assert model.heating_point == pytest.approx(min(errors, key=errors.get), abs=0.3)


def test_energy_that_does_not_follow_the_temperature_is_its_mean():
    noise = with_noise(days_of(lambda day: 10.0, first=FIRST, days=365), 1.0)
    model, _ = thermal(noise, TEMPERATURE)
    assert (model.kind, model.r_squared, model.heating_slope) == (ThermalKind.MEAN, 0.0, None)
    assert model.base_kwh_per_day == pytest.approx(noise.value.mean())
    assert thermal(days_of(lambda day: 3.0, first=FIRST, days=100), TEMPERATURE)[0].kind is ThermalKind.MEAN


@pytest.mark.parametrize(
    ("temperature", "days", "reason"),
    [
        (None, 365, "No temperature is known"),
        (TEMPERATURE, 59, "Only 59 whole days"),
        (days_of(lambda day: 20 + day.day / 10, first=FIRST, days=365), 365, "span 3.0 K"),
    ],
)
def test_no_thermal_model_without_temperature_days_or_range(temperature, days, reason):
    with pytest.raises(NotEnough, match=reason):
        thermal(days_of(heated(), first=FIRST, days=days), temperature)


def test_year_on_year_compares_the_calendar_days_that_both_have():
    # 2025 uses a tenth more; of 2024 all of March is missing.
    two = days_of(lambda day: 11.0 if day.year == 2025 else 10.0, first=FIRST, days=TWO_YEARS)
    march = (two.number >= two.number[0] + 60) & (two.number < two.number[0] + 91)
    found = years.year_on_year(Days(two.number[~march], two.value[~march]))
    assert (found.days, found.earlier_kwh, found.later_kwh) == (365 - 31, 3340.0, 3674.0)
    assert found.change == pytest.approx(0.1)
    assert (found.later_from, found.later_until) == (date(2025, 1, 1), date(2025, 12, 31))


def test_29_february_is_compared_with_nothing():
    leap = days_of(
        lambda day: 1000.0 if (day.month, day.day) == (2, 29) else 1.0, first=date(2023, 1, 1), days=TWO_YEARS - 1
    )
    found = years.year_on_year(leap)
    assert (found.days, found.later_kwh, found.earlier_kwh) == (364, 364.0, 364.0)


def test_a_warm_year_saves_nothing_once_the_weather_is_taken_out():
    def warmer(day):
        return celsius(day) + (4 if day.year == 2025 else 0)

    weather = days_of(warmer, first=FIRST, days=TWO_YEARS)
    energy = days_of(lambda day: 8 + 2 * max(0.0, 15 - warmer(day)), first=FIRST, days=TWO_YEARS)
    assert years.year_on_year(energy).change < -0.1
    assert years.same_weather(energy, weather).change == pytest.approx(0, abs=1e-6)
    insulated = days_of(
        lambda day: 8 + (1 if day.year == 2025 else 2) * max(0.0, 15 - warmer(day)), first=FIRST, days=TWO_YEARS
    )
    expected = sum(8 + 2 * max(0.0, 15 - warmer(FIRST + timedelta(days=each))) for each in range(366, 731))
    found = years.same_weather(insulated, weather)
    assert found.expected_kwh == pytest.approx(expected)
    assert found.change == pytest.approx(found.later_kwh / expected - 1)
    assert found.change < -0.1


def test_no_same_weather_where_the_earlier_year_says_nothing():
    with pytest.raises(NotEnough, match="earlier year has no thermal model. No temperature"):
        years.same_weather(days_of(heated(), first=FIRST, days=TWO_YEARS), None)
    with pytest.raises(NotEnough, match="Only 0 whole days"):
        years.same_weather(days_of(heated(), first=FIRST, days=300), TEMPERATURE)
    with pytest.raises(NotEnough, match="does not follow"):
        years.same_weather(days_of(lambda day: 4.0, first=FIRST, days=TWO_YEARS), TEMPERATURE)


def test_a_line_under_a_season_has_the_trend_of_the_line():
    # Begun in the middle of a year: a naive season would take a part of the line.
    def kwh(day):
        months = (day.year - 2022) * 12 + day.month - 1
        return 20 - 0.1 * months + 5 * cos(2 * pi * day.month / 12)

    found = years.trend(days_of(kwh, first=date(2022, 7, 1), days=30 * 31 - 20))
    level = mean(20 - 0.1 * month for month in range(6, 36))
    assert found.months == 30
    assert found.percent_per_year == pytest.approx(-1.2 * 100 / level)
    assert found.low == pytest.approx(found.high)


def test_slopes_and_their_interval_are_those_of_a_second_opinion():
    noise = with_noise(days_of(lambda day: 10.0, first=FIRST, days=900), 8.0, seed=5)
    month, value = years._monthly(noise)
    level = value - years.seasons_of(month % 12, month, value)
    slopes = [(level[j] - level[i]) / (month[j] - month[i]) for i, j in combinations(range(month.size), 2)]
    its = theilslopes(level, month, alpha=0.95)
    per_year = 1200 / level.mean()
    found = years.trend(noise)
    assert found.percent_per_year == pytest.approx(median(slopes) * per_year)
    assert (found.low, found.high) == pytest.approx((its.low_slope * per_year, its.high_slope * per_year))
    assert found.low < found.percent_per_year < found.high


def test_a_trend_needs_two_years_of_months():
    with pytest.raises(NotEnough, match="Only 23 months"):
        years.trend(days_of(lambda day: 10.0, first=FIRST, days=731 - 15))
    with pytest.raises(NotEnough, match="no energy"):
        years.trend(days_of(lambda day: 0.0, first=FIRST, days=TWO_YEARS))


def test_the_strength_of_week_and_year():
    weekly = days_of(lambda day: 3.0 if day.weekday() > 4 else 1.0, first=FIRST, days=200)
    assert seasonality.of_week(weekly) == pytest.approx(1.0)
    assert seasonality.of_week(with_noise(days_of(lambda day: 5.0, first=FIRST, days=365), 1.0)) < 0.05
    yearly = days_of(lambda day: float(day.month), first=FIRST, days=TWO_YEARS)
    assert seasonality.of_year(yearly) == pytest.approx(1.0)
    noise = with_noise(days_of(lambda day: 5.0, first=FIRST, days=TWO_YEARS), 1.0)
    assert seasonality.of_year(noise) < 0.05
    with pytest.raises(NotEnough, match="two years"):
        seasonality.of_year(days_of(lambda day: float(day.month), first=FIRST, days=600))


def test_a_week_with_a_missing_day_is_not_read_across_the_hole():
    weekly = days_of(lambda day: 3.0 if day.weekday() > 4 else 1.0, first=FIRST, days=60)
    kept = np.ones(60, dtype=bool)
    kept[[20, 30]] = False
    # Six days before and six after each hole have no week of whole days around them.
    assert seasonality.of_week(Days(weekly.number[kept], weekly.value[kept])) == pytest.approx(1.0)
    kept[[10, 40, 50]] = False
    with pytest.raises(NotEnough, match="amid seven"):
        seasonality.of_week(Days(weekly.number[kept], weekly.value[kept]))


def test_a_profile_has_everything_or_a_reason():
    at = hour_starts("2024-01-01", 24 * TWO_YEARS)
    hours = Hours.of(rollups(at, [1 + 0.5 * cos(each.hour) for each in at]).tail(365 * 24), timezone="UTC")
    whole = profile_of(Measured(7, hours, days_of(heated(), first=FIRST, days=TWO_YEARS), TEMPERATURE))
    assert whole.reasons == {}
    assert (whole.hours, whole.days, whole.thermal.days, len(whole.typical_days)) == (8760, 365, 365, 10)
    assert (whole.covers_until - whole.covers_from).days == 365
    empty = Measured(7, Hours.of(rollups([], []), timezone="UTC"), days_of(heated(), first=FIRST, days=0), None)
    nothing = profile_of(empty)
    absent = {name for name, value in nothing if value in (None, [])} - {"covers_from", "covers_until"}
    assert absent | {f"seasonality_{each}" for each in ("day", "week", "year")} == set(nothing.reasons)
