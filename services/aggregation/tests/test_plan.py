"""One bad meter never holds back another."""

from datetime import UTC, datetime, timedelta

import polars as pl

from wattwise_aggregation.pipeline import Plan
from wattwise_contract.meters import Meter
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import DirtyRange, Grain

GOOD, ON_MARS, NO_RESOLUTION, NOT_FINITE, LONG = 1, 2, 3, 4, 5
START = datetime(2026, 3, 1, tzinfo=UTC)


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
    rollups, publication = plan.carry_out(shard, rows)
    assert rollups["meter_id"].unique().to_list() == [GOOD]
    assert publication.settled_dirty_range_ids == [100 + GOOD]
    assert {(window.meter_id, window.grain) for window in publication.windows} == {
        (GOOD, grain) for grain in (Grain.HOUR, Grain.DAY, Grain.MONTH)
    }
    assert plan.failures.keys() == {ON_MARS, NO_RESOLUTION, NOT_FINITE}
    assert "Mars/Olympus" in plan.failures[ON_MARS]
    assert "2026-03-01 00:00 UTC" in plan.failures[NOT_FINITE]


def test_a_long_history_is_settled_only_with_its_last_shard():
    plan = Plan([meter(LONG, resolution="PT1M")], [dirty(LONG, days=900)])
    assert len(plan.shards) > 1
    settled = [plan.carry_out(shard, readings({LONG: []}))[1].settled_dirty_range_ids for shard in plan.shards]
    assert settled == [[]] * (len(plan.shards) - 1) + [[100 + LONG]]


def test_a_window_whose_readings_were_undone_is_cleared():
    plan = Plan([meter(GOOD)], [dirty(GOOD)])
    rollups, publication = plan.carry_out(plan.shards[0], readings({GOOD: []}))
    assert rollups.is_empty()
    assert publication.windows[0].starts_at == START
    assert publication.settled_dirty_range_ids == [100 + GOOD]
