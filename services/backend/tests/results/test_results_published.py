"""What workers bring in: rollups, clusterings, models and forecasts, and when people see them."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from wattwise_backend.aggregates.models import MeterRollups, Rollup
from wattwise_backend.clusters.models import ClusteringRun
from wattwise_backend.forecasts.models import Forecast, ForecastRun, Model
from wattwise_backend.jobs import operations
from wattwise_backend.meters.models import Meter
from wattwise_backend.readings.models import DirtyRange
from wattwise_contract.clusters import ClusteringOut, ClusterOut, Distinction
from wattwise_contract.clusters import Membership as Place
from wattwise_contract.forecasts import Basis, ForecastOut, MeterForecast, ModelOut, Score
from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.rollups import Grain, RollupPublication, RollupWindow
from wattwise_contract.schemas import FORECASTS, QUANTILE_COLUMNS
from wattwise_contract.scopes import Scope

from .conftest import (
    NOON,
    Community,
    Machine,
    Roller,
    claimed,
    community,
    flat,
    job_of,
    machine,
    read_stream,
    rollup_stream,
    stream,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MIDNIGHT = NOON - timedelta(hours=13)  # of a London summer day


def say_done(worker: Machine, claim: Any) -> None:
    response = worker.post(f"/data/jobs/{claim.job.id}/succeed/", Success(message="Done."), lease=claim.lease)
    assert response.status_code == 204, response.content


def test_rollups_replace_their_windows_and_settle_their_dirty_ranges(
    mill_lane: Community, workers: dict[str, Machine], roll_up: Roller
) -> None:
    meter = mill_lane.meters[0]
    roll_up(meter, start=MIDNIGHT, hours=48, kw=1.0)
    dirty, newer = (
        DirtyRange.objects.create(
            organization_id=meter.organization_id, meter_id=meter.pk, starts_at=NOON, ends_at=NOON + DAY, marked_at=NOON
        )
        for _ in range(2)
    )
    claim = claimed(job_of(mill_lane.organization, meter_ids=[meter.pk]))
    ends_at = MIDNIGHT + DAY
    windows = [RollupWindow(meter_id=meter.pk, grain=Grain.HOUR, starts_at=MIDNIGHT, ends_at=ends_at)]
    publication = RollupPublication(windows=windows, settled_dirty_range_ids=[dirty.pk])
    body = rollup_stream(flat(meter, Grain.HOUR, start=MIDNIGHT, hours=12, kw=3.0), publication)
    for _ in range(2):  # sent again, it changes nothing
        answer = workers["aggregation"].post("/data/rollups/", body, lease=claim.lease)
        assert (answer.status_code, answer.json()) == (200, {"rows": 12})
    hours = Rollup.objects.filter(meter_id=meter.pk, grain=0).order_by("starts_at").values_list("total", flat=True)
    assert list(hours) == [3.0] * 12 + [1.0] * 24
    assert Rollup.objects.filter(meter_id=meter.pk, grain=1).count() == 2
    assert list(DirtyRange.objects.values_list("id", flat=True)) == [newer.pk]
    assert MeterRollups.objects.get(meter=meter).hours_until == MIDNIGHT + timedelta(hours=47)


def test_rollups_outside_their_windows_or_of_strangers_are_refused(
    mill_lane: Community, workers: dict[str, Machine]
) -> None:
    own, foreign = mill_lane.meters[0], community("far-away").meters[0]
    claim = claimed(job_of(mill_lane.organization))

    def answer(meter: Meter, window: RollupWindow) -> Any:
        publication = RollupPublication(windows=[window], settled_dirty_range_ids=[])
        body = rollup_stream(flat(meter, Grain.HOUR, start=NOON, hours=2, kw=1.0), publication)
        return workers["aggregation"].post("/data/rollups/", body, lease=claim.lease)

    def window(meter: Meter, hours: int) -> RollupWindow:
        ends_at = NOON + timedelta(hours=hours)
        return RollupWindow(meter_id=meter.pk, grain=Grain.HOUR, starts_at=NOON, ends_at=ends_at)

    assert "outside" in answer(own, window(own, hours=1)).json()["error"]
    assert "outside" in answer(own, window(mill_lane.meters[1], hours=2)).json()["error"]
    assert "not of organization" in answer(foreign, window(foreign, hours=2)).json()["error"]
    assert answer(own, window(own, hours=2)).status_code == 200
    assert Rollup.objects.count() == 2


def test_a_body_that_is_no_arrow_stream_says_so(mill_lane: Community, workers: dict[str, Machine]) -> None:
    claim = claimed(job_of(mill_lane.organization))
    answer = workers["aggregation"].post("/data/rollups/", b"kWh,1.0", lease=claim.lease)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "remedy"}


@pytest.mark.django_db(transaction=True)
def test_rollups_are_read_back_as_arrow_by_meter_or_organization(
    mill_lane: Community, workers: dict[str, Machine], roll_up: Roller
) -> None:
    for meter, kw in zip(mill_lane.meters, (1.0, 2.0), strict=True):
        roll_up(meter, start=MIDNIGHT, hours=24, kw=kw)
    worker = workers["forecasting"]
    hours = read_stream(worker.get("/data/rollups/", organization=mill_lane.organization.pk, grain="hour"))
    assert (hours.num_rows, sum(hours["total"].to_pylist())) == (48, 72.0)
    wanted = {"meter_ids": [mill_lane.meters[1].pk], "grain": "day", "start": MIDNIGHT.isoformat()}
    days = read_stream(worker.post("/data/rollups/", wanted))
    assert days["total"].to_pylist() == [48.0]
    csv = worker.get("/data/rollups/", meter=mill_lane.meters[0].pk, grain="day", format="csv")
    assert b"24" in b"".join(csv.streaming_content)


def clustering(mill_lane: Community) -> ClusteringOut:
    distinction = Distinction(attribute="bedrooms", label="Bedrooms", here="1", overall="1.5", strength=1.0)
    clusters = [
        ClusterOut(number=1, label="Small homes", sentence="One bedroom.", size=1, distinctions=[distinction]),
        ClusterOut(number=2, label="Large homes", sentence="More.", size=1, distinctions=[], load_curve=[0.5] * 24),
    ]
    places = [
        Place(consumer_id=home.pk, cluster_number=number, silhouette=0.5, x=float(number), y=0.0)
        for number, home in enumerate(mill_lane.homes, start=1)
    ]
    return ClusteringOut(
        k=2,
        silhouette=0.5,
        silhouette_by_k={2: 0.5, 3: 0.1},
        attributes=["bedrooms"],
        clusters=clusters,
        memberships=places,
    )


def test_a_clustering_shows_when_its_job_succeeds_and_not_before(
    mill_lane: Community, workers: dict[str, Machine], alice: Client, roll_up: Roller
) -> None:
    roll_up(mill_lane.meters[0], start=MIDNIGHT, hours=24, kw=1.0)
    worker, runs = workers["clustering"], "/api/clustering-runs/"
    job = job_of(mill_lane.organization, JobKind.CLUSTER_CONSUMERS)
    vanished = claimed(job)
    assert worker.put("/data/clusterings/", clustering(mill_lane), lease=vanished.lease).status_code == 200
    operations.recover_expired(now=NOON + DAY)
    claim = claimed(job, now=NOON + 2 * DAY)
    assert worker.put("/data/clusterings/", clustering(mill_lane), lease=vanished.lease).status_code == 409
    run_id = worker.put("/data/clusterings/", clustering(mill_lane), lease=claim.lease).json()["id"]
    assert ClusteringRun.objects.count() == 1
    assert alice.get(runs).json()["count"] == 0
    assert alice.get(f"{runs}{run_id}/").status_code == 404
    say_done(worker, claim)
    listed = alice.get(runs, {"organization": mill_lane.organization.pk}).json()["results"]
    assert [(each["id"], each["is_current"], each["k"]) for each in listed] == [(run_id, True, 2)]
    run = alice.get(f"{runs}{run_id}/").json()
    assert [cluster["label"] for cluster in run["clusters"]] == ["Small homes", "Large homes"]
    assert {point["key"] for point in run["points"]} == {"home 1", "home 2"}


def test_the_newest_clustering_is_the_current_one(mill_lane: Community, workers: dict[str, Machine]) -> None:
    for number in range(2):
        claim = claimed(job_of(mill_lane.organization, JobKind.CLUSTER_CONSUMERS, key=f"cluster {number}"))
        workers["clustering"].put("/data/clusterings/", clustering(mill_lane), lease=claim.lease)
        say_done(workers["clustering"], claim)
    current = ClusteringRun.objects.get(is_current=True)
    assert current == ClusteringRun.objects.order_by("-id")[0]


def test_a_clustering_of_strangers_is_refused(mill_lane: Community, workers: dict[str, Machine]) -> None:
    claim = claimed(job_of(mill_lane.organization, JobKind.CLUSTER_CONSUMERS))
    foreign = clustering(community("far-away"))
    assert workers["clustering"].put("/data/clusterings/", foreign, lease=claim.lease).status_code == 400
    assert ClusteringRun.objects.count() == 0


def model(**changes: Any) -> ModelOut:
    return ModelOut(
        forecaster="lightgbm_global",
        trained_from=NOON - 365 * DAY,
        trained_until=NOON,
        resolution="PT1H",
        horizon_steps=48,
        data_sha256="0" * 64,
        scores=[Score(forecaster="seasonal_naive", origins=3, meters=2, mase=1.0, mase_by_horizon=[1.0] * 48)],
        reason="It errs least.",
        **changes,
    )


def forecast_stream(meters: list[Meter], run: ForecastOut, *, hours: int = 48, kwh: float = 1.0) -> bytes:
    rows = [
        {"meter_id": meter.pk, "starts_at": NOON + timedelta(hours=hour), "mean": kwh}
        | {column: kwh * (0.5 + int(column[1:]) / 100) for column in QUANTILE_COLUMNS}
        for meter in meters
        for hour in range(hours)
    ]
    return stream(pa.Table.from_pylist(rows, FORECASTS), {b"run": run.model_dump_json().encode()})


def forecast_run(mill_lane: Community, *, model_id: int | None = None, status: str = "forecast") -> ForecastOut:
    meters = [
        MeterForecast(meter_id=mill_lane.meters[0].pk, status=status, forecaster="lightgbm_global", basis=Basis.LIVE),
        MeterForecast(meter_id=mill_lane.meters[1].pk, status="refused", reason="Only 3 days of readings."),
    ]
    return ForecastOut(model_id=model_id, issued_at=NOON, resolution="PT1H", horizon_steps=48, meters=meters)


def test_a_model_and_its_forecasts_from_training_to_the_page(
    mill_lane: Community, workers: dict[str, Machine], alice: Client
) -> None:
    worker = workers["forecasting"]
    training = claimed(job_of(mill_lane.organization, JobKind.TRAIN_FORECASTERS))
    model_id = worker.put("/data/models/", model(), lease=training.lease).json()["id"]
    artefact = f"/data/models/{model_id}/artefact/"
    assert worker.put(artefact, b"PK trees", lease=training.lease).status_code == 204
    assert worker.get("/data/models/").json() == []
    assert worker.get(artefact).status_code == 404
    say_done(worker, training)
    (info,) = worker.get("/data/models/", organization=mill_lane.organization.pk, champion="true").json()
    assert (info["id"], info["forecaster"], info["artefact_bytes"]) == (model_id, "lightgbm_global", 8)
    assert b"".join(worker.get(artefact).streaming_content) == b"PK trees"

    forecasting = claimed(job_of(mill_lane.organization, JobKind.FORECAST_METERS))
    body = forecast_stream(mill_lane.meters[:1], forecast_run(mill_lane, model_id=model_id))
    page = f"/api/meters/{mill_lane.meters[0].pk}/forecast/"
    for _ in range(2):
        assert worker.put("/data/forecast-runs/", body, lease=forecasting.lease).status_code == 200
    assert (ForecastRun.objects.count(), Forecast.objects.count()) == (1, 48)
    assert alice.get(page).json()["status"] == "none"
    say_done(worker, forecasting)
    shown = alice.get(page).json()
    assert (shown["status"], shown["basis"], shown["unit"], len(shown["mean"])) == ("forecast", "live", "kWh", 48)
    assert shown["ends_at"][0] - shown["starts_at"][0] == 3_600_000
    assert shown["q10"][0] < shown["q50"][0] < shown["q90"][0]
    refused = alice.get(f"/api/meters/{mill_lane.meters[1].pk}/forecast/").json()
    assert (refused["status"], refused["reason"], refused["mean"]) == ("refused", "Only 3 days of readings.", [])
    (listed,) = alice.get("/api/forecast-runs/").json()["results"]
    assert (listed["counts"], listed["model"]) == ({"forecast": 1, "fallback": 0, "refused": 1}, model_id)
    (champion,) = alice.get("/api/models/").json()["results"]
    assert champion["scores"][0]["mase"] == 1.0


@pytest.mark.django_db(transaction=True)
def test_forecasts_of_the_current_run_are_read_back_as_arrow(mill_lane: Community, workers: dict[str, Machine]) -> None:
    worker = workers["forecasting"]
    for number, kwh in enumerate((1.0, 2.0)):
        claim = claimed(job_of(mill_lane.organization, JobKind.FORECAST_METERS, key=f"forecast {number}"))
        body = forecast_stream(mill_lane.meters[:1], forecast_run(mill_lane), kwh=kwh)
        worker.put("/data/forecast-runs/", body, lease=claim.lease)
        say_done(worker, claim)
    reader = machine(Scope.READ, organization=mill_lane.organization)
    current = read_stream(reader.get("/data/forecasts/", organization=mill_lane.organization.pk))
    assert set(current["mean"].to_pylist()) == {2.0}
    first = ForecastRun.objects.earliest("id").pk
    past = read_stream(reader.get("/data/forecasts/", organization=mill_lane.organization.pk, run=first))
    assert set(past["mean"].to_pylist()) == {1.0}


def test_forecasts_that_name_no_status_or_foreign_models_are_refused(
    mill_lane: Community, workers: dict[str, Machine]
) -> None:
    claim = claimed(job_of(mill_lane.organization, JobKind.FORECAST_METERS))
    put = lambda body: workers["forecasting"].put("/data/forecast-runs/", body, lease=claim.lease)  # noqa: E731
    assert put(forecast_stream([mill_lane.weather], forecast_run(mill_lane))).status_code == 400
    assert put(forecast_stream(mill_lane.meters, forecast_run(mill_lane, model_id=4711))).status_code == 400
    assert put(forecast_stream([], forecast_run(community("far-away")))).status_code == 400
    assert ForecastRun.objects.count() == 0


def test_a_deleted_meter_takes_its_rollups_and_forecasts_along(
    mill_lane: Community, workers: dict[str, Machine], roll_up: Roller
) -> None:
    roll_up(mill_lane.meters[0], start=MIDNIGHT, hours=24, kw=1.0)
    claim = claimed(job_of(mill_lane.organization, JobKind.FORECAST_METERS))
    workers["forecasting"].put(
        "/data/forecast-runs/", forecast_stream(mill_lane.meters[:1], forecast_run(mill_lane)), lease=claim.lease
    )
    assert (Rollup.objects.count(), Forecast.objects.count()) == (25, 48)
    mill_lane.meters[0].delete()
    assert (Rollup.objects.count(), Forecast.objects.count()) == (0, 0)


def test_a_success_whose_publication_fails_is_no_success(mill_lane: Community, workers: dict[str, Machine]) -> None:
    worker = workers["forecasting"]
    claim = claimed(job_of(mill_lane.organization, JobKind.TRAIN_FORECASTERS))
    worker.put("/data/models/", model(), lease=claim.lease)
    operations.cancel(job=claim_job(claim), now=NOON)
    operations.recover_expired(now=NOON + DAY)
    answer = worker.post(f"/data/jobs/{claim.job.id}/succeed/", Success(), lease=claim.lease)
    assert answer.status_code == 409
    assert not Model.objects.finished().exists()


def claim_job(claim: Any) -> Any:
    from wattwise_backend.jobs.models import Job

    return Job.objects.get(id=claim.job.id)
