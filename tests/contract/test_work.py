"""What workers and the scheduler do through /data/, by each method of the client."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import polars as pl
import pytest

from wattwise_client import LeaseLost, NotFound, Refused
from wattwise_contract.clusters import ClusteringOut, ClusterOut, Membership
from wattwise_contract.forecasts import Basis, ForecastOut, MeterForecast, ModelOut, Score
from wattwise_contract.imports import ConsumerDetails, DetailsPart, PartNotes
from wattwise_contract.jobs import Claim, Failure, JobKind, JobRequest, JobState, Queue
from wattwise_contract.meters import AttributeDefinition
from wattwise_contract.profiles import Profile
from wattwise_contract.recipes import Recipe
from wattwise_contract.rollups import Grain, RollupPublication, RollupWindow
from wattwise_contract.scheduling import Heartbeat
from wattwise_contract.schemas import QUANTILE_COLUMNS

from .conftest import CLOCKS_GO_FORWARD, flat_day

NOON = datetime(2026, 3, 30, 12, tzinfo=UTC)


def test_a_job_is_claimed_once_renewed_and_ended(platform):
    claim = platform.claimed(platform.clustering, JobKind.CLUSTER_CONSUMERS)
    work = platform.clustering.work
    assert (claim.job.state, claim.job.attempts) == (JobState.RUNNING, 1)
    with pytest.raises(LeaseLost):
        work.claim(claim.job.id, "another-room:8")
    renewed = work.renew(claim, 0.5, "half of them")
    assert renewed.lease_expires_at >= claim.lease_expires_at
    assert not renewed.cancel_requested
    assert (work.job(claim.job.id).progress, work.job(claim.job.id).message) == (0.5, "half of them")
    work.succeed(claim, "done", {"clusters": 3})
    work.succeed(claim, "done", {"clusters": 3})  # the answer of the first got lost
    ended = work.job(claim.job.id)
    assert (ended.state, ended.message, ended.result) == (JobState.SUCCEEDED, "done", {"clusters": 3})
    with pytest.raises(LeaseLost):
        work.renew(claim)


def test_a_running_job_hears_that_it_is_cancelled(platform):
    claim = platform.claimed(platform.clustering, JobKind.CLUSTER_CONSUMERS)
    platform.operator.cancel_job(str(claim.job.id))
    assert platform.clustering.work.renew(claim).cancel_requested
    platform.clustering.work.fail(claim, Failure(error="Cancelled on request.", permanent=True))
    assert platform.clustering.work.job(claim.job.id).state is JobState.CANCELLED


@pytest.mark.parametrize(("permanent", "state"), [(False, JobState.WAITING), (True, JobState.DEAD)])
def test_a_failed_job_is_tried_again_unless_its_input_is_bad(platform, permanent, state):
    claim = platform.claimed(platform.clustering, JobKind.CLUSTER_CONSUMERS)
    failure = Failure(error="The details are empty.", traceback="Traceback …", permanent=permanent)
    platform.clustering.work.fail(claim, failure)
    job = platform.clustering.work.job(claim.job.id)
    assert (job.state, job.error) == (state, "The details are empty.")


def test_a_worker_gets_no_job_of_another_kind(platform):
    wish = JobRequest(
        kind=JobKind.TRAIN_FORECASTERS, organization_id=platform.organization.id, dedupe_key="train:contract"
    )
    job = platform.scheduler.work.request_jobs([wish])[0]
    platform.scheduler.work.dispatch()
    with pytest.raises(Refused) as raised:
        platform.clustering.work.claim(job.id, "meter-room:7")
    assert raised.value.status in (403, 404)
    with pytest.raises(NotFound):
        platform.forecasting.work.claim(uuid4(), "meter-room:7")


def test_jobs_are_dispatched_once_and_again_only_when_redis_lost_them(platform):
    work = platform.scheduler.work
    wishes = [
        JobRequest(kind=kind, organization_id=platform.organization.id, dedupe_key=kind, priority=priority)
        for kind, priority in ((JobKind.CLUSTER_CONSUMERS, 0), (JobKind.TRAIN_FORECASTERS, 1))
    ]
    jobs = work.request_jobs(wishes)
    assert work.request_jobs(wishes) == jobs
    assert [dispatch.job_id for dispatch in work.dispatch()] == [jobs[1].id, jobs[0].id]
    assert work.dispatch(list(Queue)) == [], "sent a moment ago: it may be on its way"


def test_heartbeats_and_facts(platform):
    platform.with_readings()
    heartbeat = Heartbeat(
        service="scheduler", instance="meter-room:7", version="0.1.0", started_at=NOON, queue_lengths={"forecasting": 2}
    )
    platform.scheduler.work.heartbeat(heartbeat)
    facts = platform.scheduler.work.scheduler_facts()
    ours = facts.organizations[0]
    assert ours.organization_id == platform.organization.id
    assert sorted(ours.dirty_meter_ids) == platform.meter_ids
    assert ours.live_imports == 0
    assert abs(facts.now - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_file_arrives_as_it_was_uploaded(platform, tmp_path: Path):
    import_id, _ = platform.uploaded("home 1.csv", "time,kWh\n2026-01-01T00:00Z,0.25\n", Recipe(unit="kWh"))
    task = platform.consumption.work.import_task(import_id)
    assert (task.organization_timezone, task.recipe.unit, task.done_parts) == ("Europe/London", "kWh", [])
    file = task.files[0]
    arrived = platform.consumption.work.import_file(import_id, 0, tmp_path / "it", sha256=file.sha256)
    assert hashlib.sha256(arrived.read_bytes()).hexdigest() == file.sha256
    assert (file.name, file.bytes) == ("home 1.csv", arrived.stat().st_size)


def test_a_part_stored_twice_counts_once_and_another_import_of_it_changes_nothing(platform):
    platform.with_readings()
    work = platform.consumption.work
    import_id, claim = platform.uploaded("again.csv", "the same\n")
    day = flat_day(platform.meter_ids)
    first = work.store_part(claim, import_id, "0", day, PartNotes(read=92))
    assert (first.stored, first.unchanged, first.corrected) == (0, 92, 0)
    assert work.store_part(claim, import_id, "0", day, PartNotes(read=92)) == first
    assert work.import_task(import_id).done_parts == ["0"]
    corrected = work.store_part(claim, import_id, "1", flat_day(platform.meter_ids[:1], kwh=0.5), PartNotes(read=46))
    assert (corrected.stored, corrected.unchanged, corrected.corrected) == (0, 0, 46)


def test_a_part_under_a_lost_lease_is_refused(platform):
    platform.with_readings()
    import_id, claim = platform.uploaded("late.csv", "late\n")
    stolen = Claim(job=claim.job, lease_token=uuid4(), lease_expires_at=claim.lease_expires_at)
    with pytest.raises(LeaseLost):
        platform.consumption.work.store_part(stolen, import_id, "0", flat_day([1]), PartNotes(read=46))


def test_details_bring_their_definitions_with_them(platform):
    platform.with_readings()
    import_id, claim = platform.uploaded("details.csv", "key,acorn\n")
    part = DetailsPart(
        notes=PartNotes(read=3),
        definitions=[AttributeDefinition(key="acorn", label="ACORN group", type="category")],
        consumers=[
            ConsumerDetails(key=key, attributes={"acorn": group})
            for key, group in (("home 1", "Affluent"), ("home 2", "Adversity"), ("home 3", "Comfortable"))
        ],
    )
    receipt = platform.consumption.work.store_details(claim, import_id, "0", part)
    assert (receipt.stored, receipt.skipped) == (2, 1)
    consumers = platform.operator.consumers(organization_id=platform.organization.id)
    assert [consumer.attributes["acorn"] for consumer in consumers] == ["Affluent", "Adversity"]
    keys = {one.key for one in platform.operator.attribute_definitions(organization_id=platform.organization.id)}
    assert "acorn" in keys


def rollup(meter_id: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "meter_id": [meter_id], "starts_at": [CLOCKS_GO_FORWARD], "total": [11.5], "mean": [0.25],
            "minimum": [0.25], "maximum": [0.25], "minimum_at": [CLOCKS_GO_FORWARD],
            "maximum_at": [CLOCKS_GO_FORWARD], "standard_deviation": [0.0], "count": [46], "expected_count": [46],
            "estimated_count": [0], "grain": [list(Grain).index(Grain.DAY)],
        }
    )  # fmt: skip


def test_rollups_settle_what_was_dirty(platform):
    platform.with_readings()
    work, meter_id = platform.aggregation.work, platform.meter_ids[0]
    claim = platform.claimed(platform.aggregation, JobKind.ROLL_UP, {"meter_ids": [meter_id]})
    dirty = work.dirty_ranges(platform.meter_ids)
    assert {one.meter_id for one in dirty} == set(platform.meter_ids)
    mine = [one for one in dirty if one.meter_id == meter_id]
    window = RollupWindow(
        meter_id=meter_id, grain="day", starts_at=CLOCKS_GO_FORWARD, ends_at=CLOCKS_GO_FORWARD + timedelta(hours=23)
    )
    publication = RollupPublication(windows=[window], settled_dirty_range_ids=[one.id for one in mine])
    assert work.publish_rollups(claim, rollup(meter_id), publication) == 1
    assert work.publish_rollups(claim, rollup(meter_id), publication) == 1
    assert {one.meter_id for one in work.dirty_ranges(platform.meter_ids)} == {platform.meter_ids[1]}
    days = platform.operator.rollups(grain=Grain.DAY, meter_ids=platform.meter_ids)
    assert days["total"].to_list() == [11.5]
    assert days["starts_at"].to_list() == [CLOCKS_GO_FORWARD]


def test_a_profile_is_published_and_one_of_a_deleted_meter_left_out(platform):
    platform.with_readings()
    rolled = platform.claimed(platform.aggregation, JobKind.ROLL_UP)
    meter_id = platform.meter_ids[0]
    ends_at = CLOCKS_GO_FORWARD + timedelta(hours=1)
    window = RollupWindow(meter_id=meter_id, grain=Grain.HOUR, starts_at=CLOCKS_GO_FORWARD, ends_at=ends_at)
    hour = rollup(meter_id).with_columns(grain=pl.lit(list(Grain).index(Grain.HOUR)))
    publication = RollupPublication(windows=[window], settled_dirty_range_ids=[])
    platform.aggregation.work.publish_rollups(rolled, hour, publication)
    claim = platform.claimed(platform.aggregation, JobKind.PROFILE_METERS)
    profiles = [Profile(meter_id=each, timezone="Europe/London") for each in (meter_id, 999_999)]
    assert platform.aggregation.work.publish_profiles(claim, profiles) == 1
    assert platform.operator.profile(platform.meter_ids[1]) is None
    assert platform.operator.profiles(meter_ids=[platform.meter_ids[1]]).is_empty()
    assert platform.operator.profile(meter_id).timezone == "Europe/London"


def test_clusters_are_published(platform):
    platform.with_readings()
    claim = platform.claimed(platform.clustering, JobKind.CLUSTER_CONSUMERS)
    consumers = platform.operator.consumers(organization_id=platform.organization.id)
    clustering = ClusteringOut(
        k=1,
        silhouette=0.4,
        silhouette_by_k={2: 0.4},
        attributes=["occupants"],
        clusters=[ClusterOut(number=1, label="All", sentence="All alike.", size=2, distinctions=[])],
        memberships=[
            Membership(consumer_id=consumer.id, cluster_number=1, silhouette=0.4, x=0, y=0) for consumer in consumers
        ],
    )
    run_id = platform.clustering.work.publish_clustering(claim, clustering)
    assert platform.clustering.work.publish_clustering(claim, clustering) == run_id or run_id > 0
    platform.clustering.work.succeed(claim, "1 cluster")


def model() -> ModelOut:
    return ModelOut(
        forecaster="seasonal_naive", trained_from=NOON - timedelta(days=90), trained_until=NOON, resolution="PT1H",
        horizon_steps=48, data_sha256="0" * 64, scores=[Score(forecaster="seasonal_naive", origins=4, meters=2, mase=1)],
        reason="The only one.",
    )  # fmt: skip


def test_a_model_becomes_champion_and_forecasts_current_when_their_jobs_succeed(platform):
    platform.with_readings()
    work = platform.forecasting.work
    training = platform.claimed(platform.forecasting, JobKind.TRAIN_FORECASTERS)
    model_id = work.publish_model(training, model(), b"an artefact")
    assert platform.forecasting.models(organization_id=platform.organization.id) == []
    work.succeed(training, "seasonal_naive won")
    champion = platform.forecasting.models(organization_id=platform.organization.id)[0]
    assert (champion.id, champion.forecaster, champion.artefact_bytes) == (model_id, "seasonal_naive", 11)
    assert platform.forecasting.model_artefact(model_id) == b"an artefact"

    job = platform.claimed(platform.forecasting, JobKind.FORECAST_METERS)
    meter_id = platform.meter_ids[0]
    frame = pl.DataFrame(
        {"meter_id": [meter_id] * 2, "starts_at": [NOON, NOON + timedelta(hours=1)], "mean": [0.5, 0.6]}
        | {column: [0.5, 0.6] for column in QUANTILE_COLUMNS}
    )
    run = ForecastOut(
        model_id=model_id,
        issued_at=NOON,
        resolution="PT1H",
        horizon_steps=48,
        meters=[
            MeterForecast(meter_id=meter_id, status="forecast", forecaster="seasonal_naive", basis=Basis.LIVE),
            MeterForecast(meter_id=platform.meter_ids[1], status="refused", reason="Too short a history."),
        ],
    )
    run_id = work.publish_forecasts(job, frame, run)
    assert platform.operator.forecasts(meter_ids=[meter_id]).height == 0, "visible only when the job succeeds"
    work.succeed(job, "1 meter")
    assert platform.operator.forecasts(meter_ids=[meter_id])["mean"].to_list() == [0.5, 0.6]
    assert platform.operator.forecasts(organization_id=platform.organization.id, run_id=run_id).height == 2
