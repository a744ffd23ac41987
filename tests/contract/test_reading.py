"""What anybody may read of /data/, by each method of the client."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from wattwise_client import NotFound, Refused
from wattwise_contract.quantities import Quantity
from wattwise_contract.schemas import READINGS

DAY_KWH = 11.5  # 46 half hours of 0.25 kWh: the local day has 23 hours


def test_an_organization_is_seen_by_its_operator(platform):
    assert [one.slug for one in platform.operator.organizations()] == ["mill-lane"]
    assert platform.operator.organizations()[0].timezone == "Europe/London"


def test_meters_and_consumers_are_found_by_what_they_are(platform):
    api = platform.with_readings().operator
    meters = api.meters(organization_id=platform.organization.id, quantity=Quantity.ELECTRICITY_IMPORT)
    assert [(meter.key, meter.unit, meter.resolution) for meter in meters] == [
        ("home 1", "kWh", "PT30M"),
        ("home 2", "kWh", "PT30M"),
    ]
    first, second = api.consumers(organization_id=platform.organization.id)
    assert api.meters(consumer_id=second.id) == [meters[1]]
    assert api.meters(ids=[meters[0].id]) == [meters[0]]
    assert api.meters(quantity=Quantity.GAS) == []
    assert (first.key, first.country) == ("home 1", "GB")


def test_a_new_organization_has_the_built_in_definitions_of_details(platform):
    definitions = platform.operator.attribute_definitions(organization_id=platform.organization.id)
    assert {"house_type", "floor_area_m2", "occupants"} <= {definition.key for definition in definitions}


def test_readings_come_as_a_frame_by_meter_and_time(platform):
    api = platform.with_readings().operator
    frame = api.readings(meter_ids=platform.meter_ids)
    assert frame.columns == READINGS.names
    assert frame.group_by("meter_id").agg(pl.col("value").sum())["value"].to_list() == [DAY_KWH, DAY_KWH]
    assert frame.equals(frame.sort("meter_id", "starts_at"))


def test_the_health_of_a_meter_is_asked_for_by_time(platform):
    api = platform.with_readings().operator
    start = api.meters(ids=platform.meter_ids[:1])[0].first_reading_at
    health = api.health(platform.meter_ids[0], start=start + timedelta(hours=1))
    assert health["starts_at"] == (start + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert (health["gaps"]["count"], health["corrections"]["count"], health["delay"]) == (0, 0, None)
    with pytest.raises(NotFound):
        api.health(999_999)


def test_readings_can_be_asked_for_by_organization_quantity_and_half_open_time(platform):
    api = platform.with_readings().operator
    start = api.meters(ids=platform.meter_ids[:1])[0].first_reading_at
    hour = api.readings(
        organization_id=platform.organization.id,
        quantity=Quantity.ELECTRICITY_IMPORT,
        start=start,
        end=start + timedelta(hours=1),
    )
    assert hour.height == 4
    assert api.readings(organization_id=platform.organization.id, quantity=Quantity.GAS).height == 0


def test_many_meters_are_asked_for_at_once(platform):
    api = platform.with_readings().operator
    ids = [*platform.meter_ids, *range(10_000, 11_000)]
    assert api.readings(meter_ids=ids).height == 92
    assert len(api.meters(ids=ids)) == 2


def test_batches_hold_the_same_rows_as_the_frame(platform):
    api = platform.with_readings().operator
    rows = pa.Table.from_batches(api.readings_batches(organization_id=platform.organization.id))
    assert pl.DataFrame(rows).equals(api.readings(organization_id=platform.organization.id))


def test_readings_are_saved_as_csv_parquet_and_arrow_alike(platform, tmp_path: Path):
    api = platform.with_readings().operator
    frame = api.readings(meter_ids=platform.meter_ids)
    for kind in ("csv", "parquet", "arrow"):
        api.save("readings", to=tmp_path / f"day.{kind}", format=kind, meter_ids=platform.meter_ids)
    assert pl.read_csv(tmp_path / "day.csv")["value"].sum() == 2 * DAY_KWH
    assert pl.DataFrame(parquet.read_table(tmp_path / "day.parquet")).equals(frame)
    assert pl.read_ipc_stream(tmp_path / "day.arrow").equals(frame)


def test_a_token_of_one_organization_sees_nothing_of_another(platform):
    platform.with_readings()
    other = platform.operator.create_organization(slug="weir-road", name="Weir Road", timezone="Europe/London")
    made = platform.operator.create_token(name="research", scopes=["read"], organization_id=other["id"])
    stranger = platform.connect(made["token"])
    assert [one.slug for one in stranger.organizations()] == ["weir-road"]
    assert stranger.meters() == []
    assert stranger.readings(meter_ids=platform.meter_ids).height == 0
    assert stranger.readings(organization_id=platform.organization.id).height == 0


def test_a_token_that_nobody_made_is_refused_with_a_remedy(platform):
    with pytest.raises(Refused) as raised:
        platform.connect("ww_nobody").organizations()
    assert raised.value.status == 401
    assert raised.value.remedy


def test_what_does_not_exist_is_not_found(platform):
    with pytest.raises(NotFound):
        platform.operator.model_artefact(4711)
    with pytest.raises(NotFound):
        platform.operator.import_status(4711)
