"""The simulated neighbourhood: its homes are plausible, their details drive their load, and it is the same each time."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattwise_consumption.problems import BadFile
from wattwise_consumption.sources import ConsumersPart, Order, ReadingsPart
from wattwise_consumption.sources.simulation import SimulationSource
from wattwise_contract.imports import ImportTask, SourceKind
from wattwise_contract.quantities import Quality, Quantity
from wattwise_contract.recipes import Recipe

UNTIL = datetime(2026, 11, 23, 5, 44, tzinfo=UTC)
ZONE = "Europe/Amsterdam"


class Nowhere:
    """A simulation asks nothing of the platform."""


def parts_of(**config: object) -> list[ReadingsPart | ConsumersPart]:
    task = ImportTask(
        id=1, organization_id=1, organization_timezone=ZONE, source_kind=SourceKind.SIMULATION, recipe=Recipe(),
        files=[], done_parts=[], config=config,
    )  # fmt: skip
    return list(SimulationSource(Order(task, Nowhere(), UNTIL, Path("/nowhere"))).parts())


@pytest.fixture(scope="module")
def street():
    return parts_of()


@pytest.fixture(scope="module")
def homes(street) -> pl.DataFrame:
    rows = [{"key": home.key, **home.attributes} for home in street[0].details.consumers]
    return pl.DataFrame(rows)


@pytest.fixture(scope="module")
def readings(street) -> pl.DataFrame:
    return pl.concat([part.readings for part in street[1:-1]])


@pytest.fixture(scope="module")
def yearly(readings: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    kwh = (
        readings.filter(pl.col("quantity") == Quantity.ELECTRICITY_IMPORT)
        .group_by("meter_key")
        .agg(pl.col("value").sum())
    )
    return homes.join(kwh, left_on="key", right_on="meter_key")


def test_sixty_homes_with_solar_export_and_weather_over_a_year(
    street, readings: pl.DataFrame, homes: pl.DataFrame
) -> None:
    meters = [meter for part in street[1:] for meter in part.meters]
    kinds = {quantity: sum(meter.quantity is quantity for meter in meters) for quantity in Quantity}
    assert kinds[Quantity.ELECTRICITY_IMPORT] == homes.height == 60
    assert kinds[Quantity.ELECTRICITY_EXPORT] == homes["has_solar"].sum() > 5
    assert kinds[Quantity.TEMPERATURE] == 1
    assert readings["starts_at"].max() < UNTIL
    assert (readings["starts_at"].max() - readings["starts_at"].min()).days >= 365
    assert (readings["value"].filter(readings["quantity"] != Quantity.TEMPERATURE) >= 0).all()


def test_gas_heated_homes_use_what_such_homes_use(yearly: pl.DataFrame) -> None:
    plain = yearly.filter((pl.col("heating") == "gas") & ~pl.col("has_electric_car") & ~pl.col("has_solar"))
    assert 1_800 < plain["value"].median() < 3_600
    assert plain["value"].min() > 700


def test_heating_cars_and_people_show_in_the_load(yearly: pl.DataFrame) -> None:
    median = {kind: rows["value"].median() for (kind,), rows in yearly.group_by("heating")}
    assert median["electric"] > median["heat pump"] > median["gas"]
    gas = yearly.filter((pl.col("heating") == "gas") & ~pl.col("has_solar") & ~pl.col("has_electric_car"))
    assert gas.filter(pl.col("occupants") >= 3)["value"].mean() > gas.filter(pl.col("occupants") == 1)["value"].mean()


def test_solar_panels_yield_what_the_latitude_gives_and_only_by_day(readings: pl.DataFrame) -> None:
    exported = readings.filter(pl.col("quantity") == Quantity.ELECTRICITY_EXPORT)
    hour = exported["starts_at"].dt.convert_time_zone(ZONE).dt.hour()
    assert exported.filter((hour < 4) | (hour >= 23))["value"].sum() == 0
    by_month = exported.group_by(exported["starts_at"].dt.month().alias("month")).agg(pl.col("value").sum())
    sums = dict(by_month.iter_rows())
    assert sums[6] > 4 * sums[12]


def test_winter_is_colder_than_summer(readings: pl.DataFrame) -> None:
    outdoors = readings.filter(pl.col("quantity") == Quantity.TEMPERATURE)
    month = outdoors["starts_at"].dt.month()
    assert outdoors.filter(month == 1)["value"].mean() < 7
    assert outdoors.filter(month == 7)["value"].mean() > 14


def test_working_days_peak_in_the_evening(readings: pl.DataFrame) -> None:
    local = pl.col("starts_at").dt.convert_time_zone(ZONE)
    load = readings.filter(pl.col("quantity") == Quantity.ELECTRICITY_IMPORT, local.dt.weekday() <= 5)
    by_hour = load.group_by(local.dt.hour().alias("hour")).agg(pl.col("value").mean()).sort("hour")["value"].to_numpy()
    assert int(np.argmax(by_hour)) in (17, 18, 19)


def test_gaps_estimates_late_data_and_a_silent_meter_are_there(street, readings: pl.DataFrame) -> None:
    ends = (
        readings.filter(pl.col("quantity") == Quantity.ELECTRICITY_IMPORT)
        .group_by("meter_key")
        .agg(pl.col("starts_at").max())
    )
    silent_days = (UNTIL - ends["starts_at"].min()).days
    assert silent_days >= 18
    assert (readings["quality"] == Quality.ESTIMATED).sum() >= 100
    late = street[-1].readings
    assert late.height > 0
    replaced = late.join(readings, on=["meter_key", "quantity", "starts_at"])
    assert replaced.height == late.height
    assert (replaced["value"] != replaced["value_right"]).any()


def test_the_same_seed_is_the_same_street_and_another_is_not() -> None:
    one, same, other = (parts_of(homes=8, days=20, seed=seed) for seed in (3, 3, 4))
    assert one[1].readings.equals(same[1].readings)
    assert not one[1].readings.equals(other[1].readings)


def test_every_reading_is_accounted_for(street) -> None:
    for part in street[1:]:
        assert part.notes.read == part.readings.height


@pytest.mark.parametrize("config", [{"homes": 0}, {"days": "soon"}, {"homes": 1_000_000}])
def test_a_wrong_setting_is_said(config) -> None:
    with pytest.raises(BadFile, match="setting"):
        parts_of(**config)
