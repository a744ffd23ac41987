"""The month so far beside the same days before, and where the month will end."""

from datetime import date, timedelta

import pytest

from wattwise_backend.overview.month import MonthSoFar, month_end


@pytest.mark.parametrize(
    ("last", "days", "previous", "label", "previous_label"),
    [
        (date(2026, 7, 14), 14, date(2026, 6, 14), "first 14 days of July", "first 14 days of June"),
        (date(2026, 7, 1), 1, date(2026, 6, 1), "first day of July", "first day of June"),
        (date(2013, 3, 31), 31, date(2013, 2, 28), "March", "February"),
        (date(2024, 3, 29), 29, date(2024, 2, 29), "first 29 days of March", "February"),
        (date(2026, 1, 10), 10, date(2025, 12, 10), "first 10 days of January", "first 10 days of December"),
    ],
)
def test_the_same_days_of_the_month_before(
    last: date, days: int, previous: date, label: str, previous_label: str
) -> None:
    month = MonthSoFar.until(last)
    assert (month.days, month.previous_last) == (days, previous)
    assert (month.label, month.previous_label) == (label, previous_label)


def steady(last: date, *, days: int, kwh: float, weekend_kwh: float) -> dict[date, float]:
    past = [last - timedelta(days=back) for back in range(days)]
    return {day: weekend_kwh if day.weekday() >= 5 else kwh for day in past}


def test_a_steady_month_ends_where_its_weekdays_say_without_doubt() -> None:
    month = MonthSoFar.until(date(2026, 6, 15))  # 15 days to come: 11 weekdays, 4 days of weekends
    daily = steady(month.last, days=28, kwh=10.0, weekend_kwh=20.0)
    end = month_end(month, kwh_so_far=190.0, daily=daily, forecast={})
    assert end is not None
    assert (end.kwh, end.low_kwh, end.high_kwh) == pytest.approx((380.0, 380.0, 380.0))


def test_days_that_are_forecast_count_as_forecast() -> None:
    month = MonthSoFar.until(date(2026, 6, 28))
    daily = steady(month.last, days=28, kwh=10.0, weekend_kwh=10.0)
    end = month_end(month, kwh_so_far=280.0, daily=daily, forecast={date(2026, 6, 29): 50.0})
    assert end is not None
    assert end.kwh == pytest.approx(340.0)


def test_an_unsteady_past_makes_the_range_wide_but_never_below_what_is_used() -> None:
    month = MonthSoFar.until(date(2026, 6, 20))
    daily = {month.last - timedelta(days=back): 100.0 * (back // 7 % 2) for back in range(28)}
    end = month_end(month, kwh_so_far=1000.0, daily=daily, forecast={})
    assert end is not None
    assert 1000.0 <= end.low_kwh < end.kwh < end.high_kwh


def test_two_weeks_are_the_least_to_say_how_a_month_ends() -> None:
    month = MonthSoFar.until(date(2026, 6, 20))
    assert (
        month_end(month, kwh_so_far=1.0, daily=steady(month.last, days=13, kwh=1, weekend_kwh=1), forecast={}) is None
    )


def test_a_month_that_is_over_ends_with_what_was_used() -> None:
    month = MonthSoFar.until(date(2026, 6, 30))
    daily = {month.last - timedelta(days=back): 10.0 + back for back in range(28)}
    end = month_end(month, kwh_so_far=310.0, daily=daily, forecast={})
    assert end is not None
    assert (end.low_kwh, end.kwh, end.high_kwh) == (310.0, 310.0, 310.0)
