"""Heartbeats, queues, the nine services, and the facts that the scheduler decides by."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from wattwise_backend.jobs import operations
from wattwise_backend.jobs.models import Job
from wattwise_backend.readings.models import DirtyRange
from wattwise_backend.services.facts import scheduler_facts
from wattwise_backend.services.health import State
from wattwise_backend.services.models import QueueSample, ServiceInstance
from wattwise_backend.services.queries import beating_services
from wattwise_contract.jobs import Failure, JobKind, Queue, Success
from wattwise_contract.scheduling import Heartbeat, SchedulerFacts, ServiceName
from wattwise_contract.scopes import SERVICE_SCOPES

from .conftest import NOON, Community, Machine, Roller, claimed, community, job_of, machine, signed_in

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def heartbeat(service: ServiceName, *, instance: str = "pi:1", **queues: int) -> Heartbeat:
    lengths = {Queue(name): length for name, length in queues.items()}
    return Heartbeat(service=service, instance=instance, version="0.1.0", started_at=NOON, queue_lengths=lengths)


def states(now: datetime) -> dict[str, State]:
    return {health.service.value: health.state for health in beating_services(now=now)}


def test_a_service_is_unknown_then_running_then_silent(workers: dict[str, Machine]) -> None:
    now = datetime.now(UTC)
    assert states(now)["clustering"] == State.UNKNOWN
    for instance in ("pi:1", "pi:2", "pi:1"):
        beat = heartbeat(ServiceName.CLUSTERING, instance=instance)
        assert workers["clustering"].post("/data/heartbeats/", beat).status_code == 204
    assert ServiceInstance.objects.count() == 2
    assert states(now)["clustering"] == State.RUNNING
    assert states(now + 25 * SECOND)["clustering"] == State.SILENT


def test_a_service_speaks_for_itself_only(workers: dict[str, Machine], scheduler: Machine) -> None:
    for service in (ServiceName.SCHEDULER, ServiceName.FORECASTING, ServiceName.DATABASE):
        assert workers["clustering"].post("/data/heartbeats/", heartbeat(service)).status_code == 403
    assert scheduler.post("/data/heartbeats/", heartbeat(ServiceName.SCHEDULER, aggregation=7)).status_code == 204
    assert QueueSample.objects.get().length == 7
    (instance,) = machine(*SERVICE_SCOPES["operator"]).get("/data/services/").json()
    assert (instance["service"], instance["instance"]) == ("scheduler", "pi:1")


def test_the_page_shows_nine_services_queues_and_jobs(alice: Client, mill_lane: Community, scheduler: Machine) -> None:
    scheduler.post("/data/heartbeats/", heartbeat(ServiceName.SCHEDULER, aggregation=7))
    job_of(mill_lane.organization)
    job_of(community("far-away").organization)
    page = alice.get("/api/services/").json()
    shown = {each["service"]: each for each in page["services"]}
    assert shown.keys() == {name.value for name in ServiceName}
    assert (shown["backend"]["state"], shown["scheduler"]["state"]) == ("running", "running")
    assert "TimescaleDB" in shown["database"]["detail"]
    assert (shown["frontend"]["state"], shown["aggregation"]["state"]) == ("unreachable", "unknown")
    assert {queue["queue"]: queue["length"] for queue in page["queues"]}["aggregation"] == 7
    assert page["jobs"] == {"waiting": 1, "queued": 0, "running": 0, "dead": 0}


def test_a_household_is_not_shown_the_platform(mill_lane: Community) -> None:
    dupont = signed_in("dupont@example.org", mill_lane.organization, "household", consumer=mill_lane.homes[0])
    assert dupont.get("/api/services/").status_code == 403
    assert dupont.get("/api/jobs/").json()["count"] == 0


def facts_of(mill_lane: Community, *, now: datetime = NOON) -> SchedulerFacts:
    facts = scheduler_facts(now=now)
    own = [each for each in facts.organizations if each.organization_id == mill_lane.organization.pk]
    return facts.model_copy(update={"organizations": own})


def test_the_facts_of_an_organization(mill_lane: Community, scheduler: Machine, roll_up: Roller) -> None:
    meter = mill_lane.meters[0]
    for marked_at in (NOON, NOON + SECOND):
        DirtyRange.objects.create(
            organization_id=meter.organization_id,
            meter_id=meter.pk,
            starts_at=NOON,
            ends_at=NOON + SECOND,
            marked_at=marked_at,
        )
    roll_up(meter, start=NOON, hours=24, kw=1.0)
    roll_up(mill_lane.weather, start=NOON, hours=48, kw=20.0)
    job_of(mill_lane.organization, key="roll_up:now")
    job_of(mill_lane.organization, JobKind.IMPORT, import_id=1)
    (facts,) = facts_of(mill_lane).organizations
    assert (facts.live_imports, facts.live_roll_ups) == (1, 1)
    assert facts.dirty_meter_ids == [meter.pk]
    assert (facts.oldest_dirty_at, facts.newest_dirty_at) == (NOON, NOON + SECOND)
    assert (facts.consumers_with_details, facts.details_changed_at) == (2, NOON)
    assert (facts.energy_meters, facts.meters_without_forecast) == (2, 1)
    assert facts.readings_until == NOON + timedelta(hours=23)
    assert (facts.clustered_at, facts.model_trained_at, facts.forecast_issued_at) == (None, None, None)
    answer = scheduler.get("/data/scheduler/facts/")
    assert SchedulerFacts.model_validate_json(answer.content).organizations[0].energy_meters == 2


def test_clustered_at_is_when_the_clustering_began_to_read(mill_lane: Community) -> None:
    claim = claimed(job_of(mill_lane.organization, JobKind.CLUSTER_CONSUMERS), now=NOON)
    later = NOON + timedelta(minutes=5)
    operations.succeed(job_id=claim.job.id, token=claim.lease_token, success=Success(), now=later)
    assert facts_of(mill_lane).organizations[0].clustered_at == NOON


def test_what_died_within_the_hour_is_blocked_until_a_person_retries(mill_lane: Community) -> None:
    job = job_of(mill_lane.organization, key="train:1")
    claim = claimed(job)
    failure = Failure(error="Too little data.", permanent=True)
    operations.fail(job_id=job.id, token=claim.lease_token, failure=failure, now=NOON)
    assert facts_of(mill_lane).blocked_dedupe_keys == ["train:1"]
    assert facts_of(mill_lane, now=NOON + timedelta(minutes=61)).blocked_dedupe_keys == []
    operations.retry(job=Job.objects.get(id=job.id), now=NOON)
    assert facts_of(mill_lane).blocked_dedupe_keys == []
