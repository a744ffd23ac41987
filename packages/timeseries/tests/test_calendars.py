"""Local periods on the hardest hours there are."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattwise_timeseries.calendars import UnknownTimezone, local_day, local_period, period_edges, utc_offsets
from wattwise_timeseries.moments import HOUR, to_datetime, to_moment

ZONES = [
    "Europe/London",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Tehran",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "UTC",
]
moments = st.integers(631_152_000, 2_114_380_800).map(
    lambda second: datetime.fromtimestamp(second, UTC)
)  # 1990 to 2037


def hours_of(day: date, timezone: str) -> float:
    start, end = local_day(day, timezone=timezone)
    return (end - start) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("timezone", "day", "hours"),
    [
        ("Europe/London", date(2013, 3, 31), 23),
        ("Europe/London", date(2013, 10, 27), 25),
        ("Australia/Lord_Howe", date(2024, 4, 7), 24.5),
        ("Australia/Lord_Howe", date(2024, 10, 6), 23.5),
        ("Asia/Kathmandu", date(2024, 10, 6), 24),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),  # midnight is skipped
        ("America/Havana", date(2024, 11, 3), 25),  # midnight happens twice
        ("America/St_Johns", date(2009, 3, 8), 23),  # the change is at 00:01
        ("Pacific/Apia", date(2011, 12, 30), 0),  # never happened
        ("Antarctica/Troll", date(2024, 3, 31), 22),
    ],
)
def test_a_local_day_has_its_true_length(timezone, day, hours):
    assert hours_of(day, timezone) == hours


def test_an_autumn_minute_of_the_next_day_does_not_steal_an_hour_of_this_one():
    # In 2009, St. John's went back from 00:01 to 23:01: Sunday began, ended after a minute, and began again.
    start, _ = local_day(date(2009, 11, 1), timezone="America/St_Johns")
    assert start == datetime(2009, 11, 1, 3, 30, tzinfo=UTC)


def test_the_autumn_hour_is_two_hours_and_the_spring_hour_is_none():
    for day, hours in [(date(2013, 10, 27), 25), (date(2013, 3, 31), 23)]:
        start, end = local_day(day, timezone="Europe/London")
        edges = period_edges("hour", timezone="Europe/London", starts_at=start, ends_at=end)
        assert np.diff(edges).tolist() == [HOUR] * hours


def test_a_clock_that_moves_by_half_an_hour_cuts_one_short_hour():
    start, end = local_day(date(2024, 4, 7), timezone="Australia/Lord_Howe")
    lengths = np.diff(period_edges("hour", timezone="Australia/Lord_Howe", starts_at=start, ends_at=end)) / HOUR
    assert sorted(lengths.tolist()) == [0.5] + [1.0] * 24


def test_hours_of_kathmandu_start_at_a_quarter_past_in_utc():
    start, end = local_period("hour", timezone="Asia/Kathmandu", at=datetime(2024, 5, 1, 12, 20, tzinfo=UTC))
    assert (start.minute, end - start) == (15, timedelta(hours=1))


def test_a_week_starts_on_monday_and_a_year_on_new_years_day():
    at = datetime(2021, 1, 2, 12, tzinfo=UTC)
    zone = ZoneInfo("Asia/Kolkata")
    assert local_period("week", timezone="Asia/Kolkata", at=at)[0].astimezone(zone).date() == date(2020, 12, 28)
    assert local_period("year", timezone="Asia/Kolkata", at=at)[0].astimezone(zone).date() == date(2021, 1, 1)


@settings(deadline=None)  # a busy machine is no failure
@given(st.sampled_from(ZONES), moments, st.sampled_from(["hour", "day", "week", "month", "year"]))
def test_every_moment_is_in_exactly_one_period_whatever_was_asked(timezone, at, grain):
    start, end = local_period(grain, timezone=timezone, at=at)
    assert start <= at < end
    wider = period_edges(grain, timezone=timezone, starts_at=at - timedelta(days=40), ends_at=at + timedelta(days=40))
    assert np.all(np.diff(wider) > 0)
    assert {to_moment(start), to_moment(end)} <= set(wider.tolist())


@settings(deadline=None)  # a busy machine is no failure
@given(st.sampled_from(ZONES), moments)
def test_hours_nest_in_days_and_days_in_months(timezone, at):
    start, end = local_period("month", timezone=timezone, at=at)
    days = period_edges("day", timezone=timezone, starts_at=start, ends_at=end)
    assert (to_datetime(int(days[0])), to_datetime(int(days[-1]))) == (start, end)
    day_start, day_end = local_period("day", timezone=timezone, at=at)
    if timezone != "America/St_Johns":  # its changes at 00:01 cut an hour of one minute
        hours = period_edges("hour", timezone=timezone, starts_at=day_start, ends_at=day_end)
        assert (to_datetime(int(hours[0])), to_datetime(int(hours[-1]))) == (day_start, day_end)


@settings(deadline=None)  # a busy machine is no failure
@given(st.sampled_from(ZONES), st.lists(moments, max_size=20))
def test_offsets_are_those_of_the_zone(timezone, ats):
    found = utc_offsets(np.array([to_moment(at) for at in ats], dtype=np.int64), timezone=timezone)
    expected = [at.astimezone(ZoneInfo(timezone)).utcoffset() / timedelta(microseconds=1) for at in ats]
    assert found.tolist() == expected


def test_an_unknown_zone_is_named():
    with pytest.raises(UnknownTimezone, match="Europe/Londn"):
        local_day(date(2024, 1, 1), timezone="Europe/Londn")
