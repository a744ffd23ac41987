"""Typical days, duration, base and peak, shares and ramps: closed cases, and plain Python beside the arrays."""

from math import pi, sin
from statistics import mean, median, quantiles
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from wattwise_aggregation.profiling import Hours, NotEnough, load, seasonality, typical
from wattwise_contract.profiles import Season

from .profiled import LONDON, hour_starts, hours_of, rollups

MONDAY = "2026-01-05"
WEEK = 168


def noisy(hours, *, start=MONDAY, timezone=LONDON, seed=3) -> Hours:
    values = np.random.default_rng(seed).gamma(2.0, 0.5, hours).round(3)
    return Hours.of(rollups(hour_starts(start, hours), values), timezone=timezone)


def test_a_flat_load_is_its_own_base_and_peak_and_has_no_ramp():
    flat = hours_of(lambda at: 1.5, start=MONDAY, hours=4 * WEEK)
    assert load.duration_curve(flat) == [1.5] * 101
    found = load.base_and_peak(flat)
    assert (found.near_base_kw, found.near_peak_kw, found.base_to_peak, found.days) == (1.5, 1.5, 1.0, 28)
    assert load.peak(flat).load_factor == 1.0
    ramp = load.ramp(flat)
    assert (ramp.p95_change, ramp.largest_rise, ramp.largest_fall, ramp.rise_at, ramp.fall_at) == (0, 0, 0, None, None)
    shares = load.shares(flat)
    assert shares.night.energy == shares.night.hours == pytest.approx(8 / 24)
    assert shares.weekend.energy == shares.weekend.hours == pytest.approx(2 / 7)
    with pytest.raises(NotEnough, match="does not vary"):
        seasonality.of_day(flat)


def test_a_week_of_two_levels_has_the_shares_that_can_be_reckoned_by_hand():
    # 1 kW on weekdays, 3 kW at weekends: 120 + 144 kWh.
    week = hours_of(lambda at: 3.0 if at.weekday() > 4 else 1.0, start=MONDAY, hours=4 * WEEK)
    assert load.shares(week).weekend.energy == pytest.approx(144 / 264)
    assert load.peak(week).load_factor == pytest.approx(264 / 168 / 3)
    curve = load.duration_curve(week)
    assert (curve[0], curve[28], curve[29], curve[100]) == (3.0, 3.0, 1.0, 1.0)
    weekday, weekend = typical.typical_days(week)[:2]
    assert (weekday.mean_kw, weekday.days, weekend.mean_kw, weekend.days) == ([1.0] * 24, 20, [3.0] * 24, 8)
    assert typical.typical_week(week) == [1.0] * 120 + [3.0] * 48
    ramp = load.ramp(week)
    assert (ramp.largest_rise, ramp.largest_fall) == (2.0, 2.0)
    assert ramp.rise_at.isoformat() == "2026-01-10T00:00:00+00:00"


def test_a_sine_of_a_day_is_all_season_and_its_ramp_is_its_steepest_hour():
    wave = hours_of(lambda at: 2 + sin(2 * pi * at.hour / 24), start=MONDAY, hours=4 * WEEK)
    assert seasonality.of_day(wave) == pytest.approx(1.0)
    assert load.ramp(wave).largest_rise == pytest.approx(sin(2 * pi / 24))
    assert load.peak(wave).kw == pytest.approx(3.0)
    assert load.peak(wave).load_factor == pytest.approx(2 / 3)


def test_figures_equal_plain_python():
    hours = noisy(60 * 24)
    local = [at.astimezone(ZoneInfo(LONDON)) for at in hour_starts(MONDAY, 60 * 24)]
    pairs = list(zip(local, hours.kwh.tolist(), strict=True))
    for found in typical.typical_days(hours):
        months = {Season.YEAR: range(1, 13), Season.WINTER: (12, 1, 2), Season.SPRING: (3, 4, 5)}[found.season]
        own = [(at, kw) for at, kw in pairs if at.month in months and (at.weekday() > 4) == found.weekend]
        assert found.days == len({at.date() for at, _ in own})
        for hour in range(24):
            values = [kw for at, kw in own if at.hour == hour]
            deciles = quantiles(values, n=10, method="inclusive") if len(values) > 1 else values * 9
            assert found.mean_kw[hour] == pytest.approx(mean(values))
            assert [found.p10_kw[hour], found.p50_kw[hour], found.p90_kw[hour]] == pytest.approx(
                [deciles[0], deciles[4], deciles[8]]
            )
    by_day = {}
    for at, kw in pairs:
        by_day.setdefault(at.date(), []).append(kw)
    levels = [quantiles(kw, n=40, method="inclusive") for kw in by_day.values()]
    found = load.base_and_peak(hours)
    assert found.near_base_kw == pytest.approx(median(level[0] for level in levels))
    assert found.near_peak_kw == pytest.approx(median(level[38] for level in levels))
    night = sum(kw for at, kw in pairs if at.hour in {23, 0, 1, 2, 3, 4, 5, 6})
    assert load.shares(hours).night.energy == pytest.approx(night / sum(kw for _, kw in pairs))
    steps = [abs(b - a) for a, b in zip(hours.kwh, hours.kwh[1:], strict=False)]
    assert load.ramp(hours).p95_change == pytest.approx(quantiles(steps, n=20, method="inclusive")[18])


def test_days_of_23_and_25_hours_are_whole_and_keep_their_hours():
    # London: 29 March 2026 has no 01:00, 25 October 2026 has two.
    spring = hours_of(lambda at: float(at.hour), start="2026-03-28", hours=24 + 23 + 24, timezone=LONDON)
    assert [day.stop - day.start for day in spring.whole_days()] == [24, 23, 24]
    sunday = next(each for each in typical.typical_days(spring) if each.season is Season.YEAR and each.weekend)
    assert (sunday.days, sunday.mean_kw[1]) == (2, 1.0)  # Saturday's alone
    autumn = hours_of(lambda at: 5.0 if at.hour == 1 else 0.0, start="2026-10-24T23:00", hours=25, timezone=LONDON)
    (day,) = autumn.whole_days()
    assert (day.stop - day.start, autumn.kwh.sum()) == (25, 10.0)
    assert next(each for each in typical.typical_days(autumn) if each.weekend).mean_kw[1] == 5.0


def test_where_the_clock_moves_by_half_an_hour_power_is_energy_by_its_half_hour():
    # Lord Howe, 5 April 2026: back from +11:00 to +10:30 at 02:00, that is 15:00 UTC of the day before.
    at = [*hour_starts("2026-04-04T13:00", 2), *hour_starts("2026-04-04T15:00", 1), *hour_starts("2026-04-04T15:30", 2)]
    hours = Hours.of(rollups(at, [2.0, 2.0, 1.0, 2.0, 2.0]), timezone="Australia/Lord_Howe")
    assert hours.length.tolist() == [1, 1, 0.5, 1, 1]
    assert hours.kw.tolist() == [2.0] * 5


def test_an_hour_that_lacks_readings_is_no_part_of_anything():
    counts = [2] * 400
    counts[30] = 1
    values = [1.0] * 400
    values[30] = 900.0
    hours = Hours.of(rollups(hour_starts(MONDAY, 400), values, count=counts), timezone="UTC")
    assert hours.count == 399
    assert load.peak(hours).kw == 1.0
    assert load.base_and_peak(hours).days == 15  # sixteen, but for the one with the hole
    assert load.ramp(hours).largest_rise == 0.0  # nor is the hole a step


def test_what_the_data_do_not_allow_says_why():
    with pytest.raises(NotEnough, match="no hour with all its readings"):
        typical.typical_days(noisy(0))
    with pytest.raises(NotEnough, match="Only 167 hours"):
        load.duration_curve(noisy(WEEK - 1))
    with pytest.raises(NotEnough, match="Only 6 days"):
        load.base_and_peak(noisy(6 * 24, timezone="UTC"))
    nothing = hours_of(lambda at: 0.0, start=MONDAY, hours=WEEK)
    with pytest.raises(NotEnough, match="measured no energy"):
        load.shares(nothing)
    assert load.peak(nothing).load_factor is None
    assert load.base_and_peak(nothing).base_to_peak is None
    apart = Hours.of(rollups(hour_starts(MONDAY, 2 * WEEK)[::2], [1.0] * WEEK), timezone="UTC")
    with pytest.raises(NotEnough, match="follow each other"):
        load.ramp(apart)


def test_noise_has_no_season_of_the_day():
    assert seasonality.of_day(noisy(200 * 24)) < 0.02
