"""One bad meter never holds back another."""

from datetime import UTC, datetime, timedelta

import polars as pl

from wattwise_aggregation.pipeline import Plan
from wattwise_contract.meters import Meter
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import DirtyRange, Grain
from wattwise_contract.schemas import ROLLUPS

GOOD, ON_MARS, NO_RESOLUTION, NOT_FINITE, LONG = 1, 2, 3, 4, 5
START = datetime(2026, 3, 1, tzinfo=UTC)
AT_APRIL = datetime(2026, 4, 1, tzinfo=UTC)
NO_DAYS = pl.Schema(ROLLUPS).to_frame()


def meter(meter_id, timezone="Europe/London", resolution="PT30M"):
    return Meter(
        id=meter_id,
        organization_id=1,
        key=str(meter_id),
        quantity=Quantity.GAS,
        unit="kWh",
        timezone=timezone,
        resolution=resolution,
    )


def dirty(meter_id, days=1):
    return DirtyRange(id=100 + meter_id, meter_id=meter_id, starts_at=START, ends_at=START + timedelta(days=days))


def readings(values_by_meter):
    frames = [
        pl.DataFrame({"value": values}).with_columns(
            meter_id=pl.lit(meter_id, dtype=pl.Int32),
            starts_at=pl.lit(START).dt.cast_time_unit("us") + pl.int_range(pl.len()) * timedelta(minutes=30),
            quality=pl.lit(0, dtype=pl.Int16),
        )
        for meter_id, values in values_by_meter.items()
    ]
    return pl.concat(frames)


def test_bad_meters_are_named_and_the_good_one_is_rolled_up_and_settled():
    meters = [
        meter(GOOD),
        meter(ON_MARS, timezone="Mars/Olympus"),
        meter(NO_RESOLUTION, resolution="soon"),
        meter(NOT_FINITE),
    ]
    plan = Plan(meters, [dirty(found.id) for found in meters])
    (shard,) = plan.shards
    rows = readings({GOOD: [0.5] * 48, NOT_FINITE: [float("nan"), 1.0]})
    rollups, publication = plan.carry_out(shard, rows, NO_DAYS)
    assert rollups["meter_id"].unique().to_list() == [GOOD]
    assert publication.settled_dirty_range_ids == [100 + GOOD]
    assert {(window.meter_id, window.grain) for window in publication.windows} == {(GOOD, grain) for grain in Grain}
    assert plan.failures.keys() == {ON_MARS, NO_RESOLUTION, NOT_FINITE}
    assert "Mars/Olympus" in plan.failures[ON_MARS]
    assert "2026-03-01 00:00 UTC" in plan.failures[NOT_FINITE]


def test_a_long_history_is_settled_only_with_its_last_shard():
    plan = Plan([meter(LONG, resolution="PT1M")], [dirty(LONG, days=900)])
    assert len(plan.shards) > 1
    settled = [plan.carry_out(shard, readings({LONG: []}), NO_DAYS)[1].settled_dirty_range_ids for shard in plan.shards]
    assert settled == [[]] * (len(plan.shards) - 1) + [[100 + LONG]]


def test_a_window_whose_readings_were_undone_is_cleared():
    plan = Plan([meter(GOOD)], [dirty(GOOD)])
    rollups, publication = plan.carry_out(plan.shards[0], readings({GOOD: []}), NO_DAYS)
    assert rollups.is_empty()
    assert publication.windows[0].starts_at == START
    assert publication.settled_dirty_range_ids == [100 + GOOD]


def test_a_changed_day_changes_its_week_month_and_year_and_leaves_the_other_days_as_they_are_stored():
    first = Plan([meter(GOOD, timezone="UTC")], [dirty(GOOD, days=40)])
    stored, _ = first.carry_out(first.shards[0], readings({GOOD: [1.0] * 48 * 40}), NO_DAYS)
    days = stored.filter(grain=list(Grain).index(Grain.DAY)).select(NO_DAYS.columns)
    plan = Plan([meter(GOOD, timezone="UTC")], [dirty(GOOD)])
    (shard,) = plan.shards
    assert plan.reach_of(shard) == shard.window
    again, publication = plan.carry_out(shard, readings({GOOD: [2.0] * 48}), days)
    totals = {(row["grain"], row["starts_at"].date().isoformat()): row["total"] for row in again.to_dicts()}
    # Sunday 1 March is the last day of its week, the first of its month.
    assert totals[2, "2026-02-23"] == 96.0
    assert totals[3, "2026-03-01"] == 96.0 + 48 * 30
    assert totals[4, "2026-01-01"] == 96.0 + 48 * 39
    day = next(each for each in publication.windows if each.grain is Grain.DAY)
    assert (day.starts_at, day.ends_at) == (START, START + timedelta(days=1))


def test_a_meter_that_is_read_once_a_month_is_rolled_up_from_its_readings():
    plan = Plan([meter(GOOD, timezone="UTC", resolution="P1M")], [dirty(GOOD, days=31)])
    (shard,) = plan.shards
    reach = plan.reach_of(shard)
    assert reach.starts_at <= datetime(2026, 1, 1, tzinfo=UTC)
    assert reach.ends_at >= datetime(2027, 1, 1, tzinfo=UTC)
    months = pl.concat([readings({GOOD: [300.0]}), readings({GOOD: [250.0]}).with_columns(starts_at=pl.lit(AT_APRIL))])
    rollups, _ = plan.carry_out(shard, months, NO_DAYS)
    assert rollups.select("grain", "total", "count", "expected_count").rows() == [
        (3, 300.0, 1, 1),
        (4, 550.0, 2, 12),
    ]
