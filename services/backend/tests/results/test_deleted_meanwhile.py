"""What workers bring in of meters and consumers that were deleted while they computed: the rest is kept."""

from datetime import timedelta

import pyarrow as pa
import pytest

from wattwise_backend.aggregates.models import Rollup
from wattwise_backend.clusters.models import Membership
from wattwise_backend.forecasts.models import Forecast
from wattwise_contract.clusters import ClusteringOut, ClusterOut
from wattwise_contract.clusters import Membership as Place
from wattwise_contract.forecasts import Basis, ForecastOut, MeterForecast
from wattwise_contract.jobs import JobKind
from wattwise_contract.rollups import Grain, RollupPublication, RollupWindow
from wattwise_contract.schemas import FORECASTS, QUANTILE_COLUMNS

from .conftest import NOON, Community, Machine, claimed, flat, job_of, rollup_stream, stream

pytestmark = pytest.mark.django_db


def test_rollups_of_a_deleted_meter_are_left_out(mill_lane: Community, workers: dict[str, Machine]) -> None:
    kept, deleted = mill_lane.meters
    claim = claimed(job_of(mill_lane.organization))
    ends_at = NOON + timedelta(hours=2)
    windows = [
        RollupWindow(meter_id=meter.pk, grain=Grain.HOUR, starts_at=NOON, ends_at=ends_at) for meter in (kept, deleted)
    ]
    rows = [row for meter in (kept, deleted) for row in flat(meter, Grain.HOUR, start=NOON, hours=2, kw=1.0)]
    body = rollup_stream(rows, RollupPublication(windows=windows, settled_dirty_range_ids=[]))
    deleted_id = deleted.pk
    deleted.delete()
    answer = workers["aggregation"].post("/data/rollups/", body, lease=claim.lease)
    assert (answer.status_code, answer.json()) == (200, {"rows": 2})
    assert not Rollup.objects.filter(meter_id=deleted_id).exists()
    assert Rollup.objects.filter(meter_id=kept.pk).count() == 2


def test_forecasts_of_a_deleted_meter_are_left_out(mill_lane: Community, workers: dict[str, Machine]) -> None:
    kept, deleted = mill_lane.meters
    claim = claimed(job_of(mill_lane.organization, JobKind.FORECAST_METERS))
    statuses = [
        MeterForecast(meter_id=meter.pk, status="forecast", forecaster="seasonal_naive", basis=Basis.LIVE)
        for meter in (kept, deleted)
    ]
    run = ForecastOut(issued_at=NOON, resolution="PT1H", horizon_steps=2, model_id=None, meters=statuses)
    rows = [
        {"meter_id": meter.pk, "starts_at": NOON + timedelta(hours=hour), "mean": 1.0}
        | dict.fromkeys(QUANTILE_COLUMNS, 1.0)
        for meter in (kept, deleted)
        for hour in range(2)
    ]
    body = stream(pa.Table.from_pylist(rows, FORECASTS), {b"run": run.model_dump_json().encode()})
    kept_id = kept.pk
    deleted.delete()
    answer = workers["forecasting"].put("/data/forecast-runs/", body, lease=claim.lease)
    assert answer.status_code == 200, answer.content
    assert set(Forecast.objects.values_list("meter_id", flat=True)) == {kept_id}


def test_the_place_of_a_deleted_consumer_is_left_out(mill_lane: Community, workers: dict[str, Machine]) -> None:
    kept, deleted = mill_lane.homes
    claim = claimed(job_of(mill_lane.organization, JobKind.CLUSTER_CONSUMERS))
    places = [
        Place(consumer_id=home.pk, cluster_number=1, silhouette=0.5, x=0.0, y=0.0) for home in (kept, deleted)
    ]  # fmt: skip
    clusters = [ClusterOut(number=1, label="Homes", sentence="Homes.", size=2, distinctions=[])]
    clustering = ClusteringOut(
        k=1, silhouette=0.5, silhouette_by_k={}, attributes=["bedrooms"], clusters=clusters, memberships=places
    )
    deleted.delete()
    answer = workers["clustering"].put("/data/clusterings/", clustering, lease=claim.lease)
    assert answer.status_code == 200, answer.content
    assert list(Membership.objects.values_list("consumer_id", flat=True)) == [kept.pk]
