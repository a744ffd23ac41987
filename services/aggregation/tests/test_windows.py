"""Dirty ranges become whole local months, and those become shards."""

from datetime import UTC, datetime

from wattwise_aggregation.windows import Shard, Window, cut, dirty_windows, pack
from wattwise_contract.rollups import DirtyRange
from wattwise_timeseries.resolutions import Resolution

HALF_HOURLY = Resolution.parse("PT30M")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dirty(start, end, number=1):
    return DirtyRange(id=number, meter_id=1, starts_at=at(start), ends_at=at(end))


def test_a_late_half_hour_makes_its_local_month_dirty():
    # 18:40 UTC on 31 January is already February in Kolkata.
    window = Window(at("2024-01-31T18:30"), at("2024-02-29T18:30"))
    assert dirty_windows([dirty("2024-01-31T18:40", "2024-01-31T19:10")], timezone="Asia/Kolkata") == [window]


def test_neighbouring_months_are_joined_and_distant_ones_are_not():
    ranges = [dirty("2024-05-02", "2024-05-03"), dirty("2024-01-02", "2024-02-03"), dirty("2024-01-05", "2024-01-06")]
    assert dirty_windows(ranges, timezone="UTC") == [
        Window(at("2024-01-01"), at("2024-03-01")),
        Window(at("2024-05-01"), at("2024-06-01")),
    ]


def test_a_range_that_ends_at_midnight_leaves_the_next_month_alone():
    assert dirty_windows([dirty("2024-01-30", "2024-02-01")], timezone="UTC") == [
        Window(at("2024-01-01"), at("2024-02-01"))
    ]


def test_a_long_window_is_cut_at_months_without_a_hole():
    year = Window(at("2024-01-01"), at("2025-01-01"))
    parts = list(cut(year, timezone="UTC", resolution=HALF_HOURLY, most=5_000))
    assert [parts[0].starts_at, parts[-1].ends_at] == [year.starts_at, year.ends_at]
    assert all(before.ends_at == after.starts_at for before, after in zip(parts, parts[1:], strict=False))
    assert len(parts) == 4


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
