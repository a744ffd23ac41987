"""Aggregation, forecasting and clustering against the real backend: readings and details in, results that people see out."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from wattwise_aggregation.tasks import worker as aggregation
from wattwise_backend.aggregates.models import MeterProfile
from wattwise_clustering.tasks import worker as clustering
from wattwise_contract.imports import ConsumerDetails, DetailsPart, PartNotes
from wattwise_contract.jobs import JobKind, JobRequest, JobState
from wattwise_contract.meters import AttributeDefinition, AttributeType, MeterWanted
from wattwise_contract.profiles import Profile
from wattwise_contract.quantities import Quantity
from wattwise_contract.rollups import Grain
from wattwise_contract.schemas import READINGS
from wattwise_forecasting.tasks import worker as forecasting

START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS, HOMES = 90, 12
FLAT_HOME, NEW_HOME = 10, 11  # the last two


def homes_load() -> np.ndarray:
    """Half-hourly kWh `[home, half-hour]`: mornings and evenings, busier at the weekend, each home with its own size."""
    random = np.random.default_rng(7)
    step = np.arange(DAYS * 48)
    hour, weekend = step % 48 / 2, (step // 48 + START.weekday()) % 7 >= 5
    shape = 0.1 + 0.3 * np.exp(-((hour - 7.5) ** 2) / 3) + 0.6 * np.exp(-((hour - 19) ** 2) / 6)
    load = (
        shape * (1 + 0.3 * weekend) * np.linspace(0.5, 3, HOMES)[:, None] * random.gamma(8, 1 / 8, (HOMES, step.size))
    )
    load[FLAT_HOME] = 0.2
    load[NEW_HOME, : -5 * 48] = np.nan
    return load


@pytest.fixture
def street(platform, monkeypatch):
    """Mill Lane with a dozen homes, their details, an outdoor thermometer, and settings for three workers."""
    monkeypatch.setenv("WATTWISE_TOKEN", "not used: each worker is given its client")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    close_connections_after_each_request(monkeypatch)
    import_id, claim = platform.uploaded("street.csv", "stands for twelve homes\n")
    work = platform.consumption.work
    homes = [
        MeterWanted(meter_key=f"home {i}", consumer_key=f"home {i}", timezone="Europe/London", resolution="PT30M")
        for i in range(HOMES)
    ]
    outdoors = MeterWanted(
        meter_key="outdoors", quantity=Quantity.TEMPERATURE, timezone="Europe/London", resolution="PT30M"
    )
    found = {meter.meter_key: meter.meter_id for meter in work.find_meters(claim, import_id, [*homes, outdoors])}
    load = {**dict(zip(found, homes_load(), strict=False)), "outdoors": 5 + np.sin(np.arange(DAYS * 48) / 500)}
    readings = pl.concat(readings_of(found[key], values) for key, values in load.items()).sort("meter_id", "starts_at")
    work.store_part(claim, import_id, "0", readings.to_arrow().cast(READINGS), PartNotes(read=readings.height))
    work.store_details(claim, import_id, "details", details())
    work.succeed(claim, "12 homes", {"kind": "readings"})
    platform.meter_ids = [found[home.meter_key] for home in homes]
    platform.readings = readings
    return platform


def close_connections_after_each_request(monkeypatch) -> None:
    """The lease is renewed by a thread, whose database connection would otherwise outlive the test."""
    from django.db import connections

    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", 0)


def readings_of(meter_id: int, values: np.ndarray) -> pl.DataFrame:
    starts = pl.datetime_range(
        START, START + timedelta(minutes=30 * (values.size - 1)), "30m", time_unit="us", eager=True
    )
    frame = pl.DataFrame({"starts_at": starts, "value": values}).with_columns(
        pl.lit(meter_id, dtype=pl.Int32).alias("meter_id"), pl.lit(0, dtype=pl.Int16).alias("quality")
    )
    return frame.filter(pl.col("value").is_finite()).select("meter_id", "starts_at", "value", "quality")


def details() -> DetailsPart:
    definitions = [
        AttributeDefinition(key="dwelling", label="Dwelling", type=AttributeType.CATEGORY),
        AttributeDefinition(key="size_m2", label="Size", type=AttributeType.NUMBER, unit="m²"),
    ]
    consumers = [
        ConsumerDetails(
            key=f"home {i}", attributes={"dwelling": "flat" if i < 6 else "villa", "size_m2": 40.0 + 15 * i}
        )
        for i in range(HOMES)
    ]
    return DetailsPart(notes=PartNotes(read=HOMES), definitions=definitions, consumers=consumers)


def carried_out(platform, worker, api, kind: JobKind, scope=None):
    """The job of this kind, after the worker had it."""
    wish = JobRequest(kind=kind, organization_id=platform.organization.id, scope=scope or {}, dedupe_key=f"{kind}:test")
    job = platform.scheduler.work.request_jobs([wish])[0]
    platform.scheduler.work.dispatch()
    outcome = worker.carry_out(kind, job.id, api=api)
    ended = api.work.job(job.id)
    assert (outcome, ended.state) == ("succeeded", JobState.SUCCEEDED), ended.error
    return ended


def rolled_up(street):
    meter_ids = [meter.id for meter in street.aggregation.meters(organization_id=street.organization.id)]
    return carried_out(street, aggregation, street.aggregation, JobKind.ROLL_UP, {"meter_ids": meter_ids})


def test_readings_become_rollups_and_nothing_stays_dirty(street):
    job = rolled_up(street)
    assert job.result["readings"] == street.readings.height
    energy = street.readings.filter(pl.col("meter_id").is_in(street.meter_ids))["value"].sum()
    for grain in (Grain.HOUR, Grain.DAY, Grain.MONTH):
        totals = street.aggregation.rollups(grain=grain, meter_ids=street.meter_ids)["total"]
        assert totals.sum() == pytest.approx(energy, rel=1e-9)
    assert street.aggregation.work.dirty_ranges(street.meter_ids) == []
    spring = street.aggregation.rollups(
        grain=Grain.DAY, meter_ids=street.meter_ids[:1], start=datetime(2026, 3, 29, tzinfo=UTC)
    )
    assert spring.row(0, named=True)["expected_count"] == 46


def test_meters_are_profiled_once_they_are_rolled_up(street):
    outdoors = street.aggregation.meters(organization_id=street.organization.id, quantity=Quantity.TEMPERATURE)[0]
    rolled_up(street)
    scope = {"meter_ids": [*street.meter_ids, 999_999]}
    job = carried_out(street, aggregation, street.aggregation, JobKind.PROFILE_METERS, scope)
    assert job.result == {"meters": HOMES, "failed": {}}
    profiles = {each.meter_id: Profile.model_validate(each.profile) for each in MeterProfile.objects.all()}
    assert profiles.keys() == set(street.meter_ids)
    hours = street.readings.with_columns(pl.col("starts_at").dt.truncate("1h")).group_by("meter_id", "starts_at").sum()
    new_home = profiles.pop(street.meter_ids[NEW_HOME])
    assert (new_home.hours, new_home.peak) == (5 * 24, None)
    assert "Only 120 hours" in new_home.reasons["peak"]
    for meter_id, found in profiles.items():
        own = hours.filter(pl.col("meter_id") == meter_id)
        assert found.peak.kw == pytest.approx(own["value"].max())
        assert found.peak.load_factor == pytest.approx(own["value"].mean() / own["value"].max())
        assert found.hours == own.height
    assert profiles[street.meter_ids[0]].base_and_peak.near_base_kw > 0
    assert "2.0 K" in profiles[street.meter_ids[0]].reasons["thermal"]
    assert profiles[street.meter_ids[FLAT_HOME]].ramp.largest_rise == 0
    assert outdoors.id not in profiles
    figures = street.operator.profiles(organization_id=street.organization.id)
    assert figures["meter_id"].to_list() == sorted(street.meter_ids)
    peaks = {meter_id: (each.peak.kw, each.peak.starts_at) for meter_id, each in profiles.items()}
    rows = figures.select("meter_id", "peak_kw", "peak_at").iter_rows()
    assert {row[0]: row[1:] for row in rows} == peaks | {new_home.meter_id: (None, None)}
    assert figures["heating_slope"].null_count() == HOMES
    whole = street.operator.profile(street.meter_ids[0])
    assert whole.model_dump(exclude={"computed_at"}) == profiles[street.meter_ids[0]].model_dump()


def test_the_best_forecaster_is_trained_and_every_meter_gets_a_forecast_or_a_reason(street):
    rolled_up(street)
    trained = carried_out(street, forecasting, street.forecasting, JobKind.TRAIN_FORECASTERS)
    model = street.operator.models(organization_id=street.organization.id)[0]
    assert (model.id, model.forecaster) == (trained.result["model_id"], trained.result["forecaster"])
    assert {score.forecaster for score in model.scores} == {"seasonal_naive", "lightgbm_global"}

    job = carried_out(street, forecasting, street.forecasting, JobKind.FORECAST_METERS)
    by_fallback = 2 if model.forecaster == "lightgbm_global" else 1  # the flat home, and the new one
    assert {name: job.result[name] for name in ("forecast", "fallback", "refused")} == {
        "forecast": HOMES - by_fallback, "fallback": by_fallback, "refused": 0,
    }  # fmt: skip
    forecasts = street.operator.forecasts(organization_id=street.organization.id)
    counts = dict(forecasts.group_by("meter_id").len().iter_rows())
    assert counts == dict.fromkeys(street.meter_ids, 48)
    assert forecasts["starts_at"].min() == START + timedelta(days=DAYS)
    assert (forecasts["q05"] <= forecasts["q95"]).all()


def test_a_forecast_without_a_model_is_the_fallback_and_says_so(street):
    rolled_up(street)
    job = carried_out(street, forecasting, street.forecasting, JobKind.FORECAST_METERS)
    assert (job.result["forecast"], job.result["fallback"], job.result["refused"]) == (0, HOMES, 0)


def test_homes_are_grouped_by_their_details_with_reasons_and_typical_days(street):
    rolled_up(street)
    job = carried_out(street, clustering, street.clustering, JobKind.CLUSTER_CONSUMERS)
    assert job.result["k"] == 2
    assert "2 clusters" in job.message


def test_training_without_any_readings_fails_for_good_with_a_remedy(platform, monkeypatch):
    wish = JobRequest(kind=JobKind.TRAIN_FORECASTERS, organization_id=platform.organization.id, dedupe_key="train:none")
    monkeypatch.setenv("WATTWISE_TOKEN", "not used: the worker is given its client")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    close_connections_after_each_request(monkeypatch)
    job = platform.scheduler.work.request_jobs([wish])[0]
    platform.scheduler.work.dispatch()
    assert forecasting.carry_out(JobKind.TRAIN_FORECASTERS, job.id, api=platform.forecasting) == "failed for good"
    assert "Import readings" in platform.forecasting.work.job(job.id).error
