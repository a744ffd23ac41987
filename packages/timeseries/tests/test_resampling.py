"""Energy in, energy out."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattwise_timeseries.calendars import period_edges
from wattwise_timeseries.gaps import Gap, find_gaps
from wattwise_timeseries.moments import HOUR, to_moment
from wattwise_timeseries.resampling import resample_energy, resample_level
from wattwise_timeseries.resolutions import BadResolution, Resolution, expected_counts

MINUTE = HOUR // 60
zones = st.sampled_from(["Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata"])


@settings(deadline=None)  # a busy machine is no failure
@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=400),
    st.sampled_from([5, 15, 30, 60, 1440]),
    st.sampled_from(["hour", "day", "week", "month"]),
    zones,
    st.integers(946_684_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC)),  # 2000 to 2030
)
def test_no_energy_is_made_or_lost_in_any_zone(energy, minutes, grain, timezone, start):
    starts = to_moment(start) + np.arange(len(energy), dtype=np.int64) * minutes * MINUTE
    ends = starts + minutes * MINUTE
    edges = period_edges(
        grain,
        timezone=timezone,
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes * len(energy)),
    )
    resampled = resample_energy(starts, ends, np.array(energy), edges=edges)
    assert np.nansum(resampled.values) == pytest.approx(sum(energy), rel=1e-9)
    assert np.sum(resampled.coverage * np.diff(edges)) == pytest.approx(len(energy) * minutes * MINUTE)


def test_a_days_energy_is_spread_over_its_23_hours():
    edges = np.arange(24, dtype=np.int64) * HOUR
    hours = resample_energy(edges[:1], edges[-1:], np.array([46.0]), edges=edges)
    assert hours.values.tolist() == pytest.approx([2.0] * 23)


def test_power_is_averaged_and_missing_hours_stay_missing():
    edges = np.array([0, 2, 4], dtype=np.int64) * HOUR
    power = resample_level(edges[:1], edges[:1] + HOUR, np.array([3.0]), edges=edges)
    assert power.values[0] == pytest.approx(3.0)
    assert power.coverage.tolist() == [0.5, 0.0]
    assert np.isnan(power.values[1])


def test_a_gap_says_where_it_is_and_how_many_readings_it_cost():
    starts = np.array([0, 30, 60, 180, 211], dtype=np.int64) * MINUTE
    assert find_gaps(starts, resolution=30 * MINUTE) == [Gap(90 * MINUTE, 180 * MINUTE, 3)]


@pytest.mark.parametrize(
    ("resolution", "timezone", "day", "count"),
    [
        ("PT30M", "Europe/London", "2013-03-31", 46),
        ("PT30M", "Europe/London", "2013-10-27", 50),
        ("PT15M", "Asia/Kathmandu", "2013-10-27", 96),
        ("PT1H", "Australia/Lord_Howe", "2024-04-07", 25),  # 24.5 hours hold 25 full hours of UTC
        ("P1D", "Europe/London", "2013-10-27", 1),
    ],
)
def test_a_complete_day_expects_as_many_readings_as_it_has_room_for(resolution, timezone, day, count):
    at = datetime.fromisoformat(f"{day}T12:00+00:00")
    edges = period_edges("day", timezone=timezone, starts_at=at - timedelta(hours=6), ends_at=at - timedelta(hours=6))
    if timezone == "Australia/Lord_Howe":
        at = datetime(2024, 4, 6, 16, tzinfo=UTC)
        edges = period_edges("day", timezone=timezone, starts_at=at, ends_at=at)
    assert expected_counts(edges, resolution=Resolution.parse(resolution), timezone=timezone).tolist() == [count]


def test_a_month_of_daily_readings_expects_its_days_and_of_monthly_ones_one():
    at = datetime(2024, 2, 10, tzinfo=UTC)
    edges = period_edges("month", timezone="America/Havana", starts_at=at, ends_at=at)
    for text, count in [("P1D", 29), ("P1M", 1)]:
        assert expected_counts(edges, resolution=Resolution.parse(text), timezone="America/Havana").tolist() == [count]


def test_a_daily_meter_has_days_but_no_hours():
    daily = Resolution.parse("P1D")
    assert [grain for grain in ("hour", "day", "month") if daily.fits_into(grain)] == ["day", "month"]


@pytest.mark.parametrize("text", ["", "P", "30 min", "PT", "P1DT2H", "PT0S"])
def test_nonsense_is_no_resolution(text):
    with pytest.raises(BadResolution, match="ISO 8601"):
        Resolution.parse(text)
