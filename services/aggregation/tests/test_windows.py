"""Dirty ranges become whole local days, and those become shards."""

from datetime import UTC, datetime

from wattwise_aggregation.windows import Shard, Window, cut, dirty_windows, pack
from wattwise_contract.rollups import DirtyRange, Grain
from wattwise_timeseries.resolutions import Resolution

HALF_HOURLY = Resolution.parse("PT30M")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dirty(start, end, number=1):
    return DirtyRange(id=number, meter_id=1, starts_at=at(start), ends_at=at(end))


def test_a_late_half_hour_makes_its_local_day_dirty():
    # 18:40 UTC on 31 January is already 1 February in Kolkata.
    window = Window(at("2024-01-31T18:30"), at("2024-02-01T18:30"))
    assert dirty_windows([dirty("2024-01-31T18:40", "2024-01-31T19:10")], timezone="Asia/Kolkata") == [window]


def test_neighbouring_days_are_joined_and_distant_ones_are_not():
    ranges = [
        dirty("2024-05-02T10:00", "2024-05-02T11:00"),
        dirty("2024-01-02T10:00", "2024-01-03T01:00"),
        dirty("2024-01-04T00:00", "2024-01-04T00:30"),
    ]
    assert dirty_windows(ranges, timezone="UTC") == [
        Window(at("2024-01-02"), at("2024-01-05")),
        Window(at("2024-05-02"), at("2024-05-03")),
    ]


def test_a_range_that_ends_at_midnight_leaves_the_next_day_alone():
    assert dirty_windows([dirty("2024-01-30", "2024-02-01")], timezone="UTC") == [
        Window(at("2024-01-30"), at("2024-02-01"))
    ]


def test_the_periods_around_a_day_hold_its_week_month_and_year():
    new_years_eve = Window(at("2024-12-31"), at("2025-01-01"))  # a Tuesday: its ISO week ends on 5 January
    assert new_years_eve.around(timezone="UTC") == Window(at("2024-01-01"), at("2025-01-06"))
    assert new_years_eve.whole(Grain.MONTH, timezone="UTC") == Window(at("2024-12-01"), at("2025-01-01"))


def test_a_long_window_is_cut_at_months_without_a_hole():
    year = Window(at("2024-01-01"), at("2025-01-01"))
    parts = list(cut(year, timezone="UTC", resolution=HALF_HOURLY, most=5_000))
    assert [parts[0].starts_at, parts[-1].ends_at] == [year.starts_at, year.ends_at]
    assert all(before.ends_at == after.starts_at for before, after in zip(parts, parts[1:], strict=False))
    assert len(parts) == 4


def test_a_window_that_starts_within_a_month_is_cut_at_the_ends_of_months():
    window = Window(at("2024-01-20"), at("2024-03-10"))
    ends = [part.ends_at for part in cut(window, timezone="UTC", resolution=HALF_HOURLY, most=600)]
    assert ends == [at("2024-02-01"), at("2024-03-01"), at("2024-03-10")]


def test_meters_that_are_read_once_a_month_never_share_a_shard_with_others():
    month = Window(at("2024-01-01"), at("2024-02-01"))
    resolutions = {1: HALF_HOURLY, 2: Resolution.parse("P1M")}
    shards = list(pack({1: [month], 2: [month]}, resolutions=resolutions))
    assert [shard.meter_ids for shard in shards] == [(2,), (1,)]


def test_meters_of_one_window_share_shards_of_bounded_size():
    month = Window(at("2024-01-01"), at("2024-02-01"))
    other = Window(at("2024-02-01"), at("2024-03-01"))
    windows = {meter_id: [month] for meter_id in (3, 1, 2)} | {4: [month, other]}
    resolutions = dict.fromkeys(windows, HALF_HOURLY)
    assert list(pack(windows, resolutions=resolutions, most=3_000)) == [
        Shard(month, (1, 2)),
        Shard(month, (3, 4)),
        Shard(other, (4,)),
    ]
