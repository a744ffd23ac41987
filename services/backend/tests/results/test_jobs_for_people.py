"""Starting, reading, retrying and cancelling jobs, each by those who may."""

from datetime import timedelta

import pytest
from django.test import Client

from wattwise_backend.jobs import operations
from wattwise_backend.jobs.models import Job
from wattwise_backend.readings.models import DirtyRange
from wattwise_contract.jobs import Failure, JobKind, JobRequest
from wattwise_contract.scopes import Scope

from .conftest import NOON, Community, Machine, claimed, community, job_of, machine, signed_in

pytestmark = pytest.mark.django_db


def start(client: Client, organization_id: int, kind: str) -> tuple[int, dict[str, object]]:
    body = {"organization": organization_id, "kind": kind}
    response = client.post("/api/jobs/", body, content_type="application/json")
    return response.status_code, response.json()


def test_an_analyst_starts_a_training_and_finds_the_one_under_way(mill_lane: Community) -> None:
    anna = signed_in("anna@example.org", mill_lane.organization, "analyst")
    status, job = start(anna, mill_lane.organization.pk, "train_forecasters")
    assert (status, job["state"], job["kind"]) == (201, "waiting", "train_forecasters")
    assert start(anna, mill_lane.organization.pk, "train_forecasters")[1]["id"] == job["id"]


def test_rolling_everything_up_marks_every_reading_first(alice: Client, mill_lane: Community) -> None:
    meter = mill_lane.meters[0]
    meter.first_reading_at, meter.last_reading_at, meter.readings_count = NOON, NOON + timedelta(days=1), 49
    meter.save()
    _, job = start(alice, mill_lane.organization.pk, "roll_up")
    assert job["scope"] == {"meter_ids": [meter.pk]}
    dirty = DirtyRange.objects.get()
    assert (dirty.meter_id, dirty.starts_at, dirty.ends_at) == (meter.pk, NOON, NOON + timedelta(days=1, minutes=30))


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("household", 403), ("analyst", 201), ("owner", 201)])
def test_who_may_start_jobs(mill_lane: Community, role: str, status: int) -> None:
    home = mill_lane.homes[0] if role == "household" else None
    person = signed_in("pat@example.org", mill_lane.organization, role, consumer=home)
    assert start(person, mill_lane.organization.pk, "cluster_consumers")[0] == status


def test_a_stranger_neither_starts_nor_sees_nor_touches_jobs(mill_lane: Community) -> None:
    charlie = signed_in("charlie@example.org", community("far-away").organization, "owner")
    job = job_of(mill_lane.organization)
    assert start(charlie, mill_lane.organization.pk, "roll_up")[0] == 404
    assert charlie.get("/api/jobs/").json()["count"] == 0
    assert charlie.get(f"/api/jobs/{job.id}/").status_code == 404
    for verb in ("retry", "cancel"):
        assert charlie.post(f"/api/jobs/{job.id}/{verb}/").status_code == 404
    assert Job.objects.get(id=job.id).state == "waiting"


def test_the_story_of_a_dead_job_and_its_retry(alice: Client, mill_lane: Community) -> None:
    job = job_of(mill_lane.organization, JobKind.CLUSTER_CONSUMERS)
    claim = claimed(job)
    failure = Failure(error="There are only 2 consumers.", traceback="Traceback (secret path)", permanent=True)
    operations.fail(job_id=job.id, token=claim.lease_token, failure=failure, now=NOON)
    (listed,) = alice.get("/api/jobs/", {"state": "dead", "kind": "cluster_consumers"}).json()["results"]
    assert listed["error"] == "There are only 2 consumers."
    shown = alice.get(f"/api/jobs/{job.id}/").json()
    assert [(each["outcome"], each["worker"]) for each in shown["story"]] == [("failed", "worker 1")]
    assert shown["traceback"] == ""
    assert alice.post(f"/api/jobs/{job.id}/retry/").json()["state"] == "waiting"
    refused = alice.post(f"/api/jobs/{job.id}/retry/")
    assert (refused.status_code, set(refused.json())) == (409, {"error", "remedy"})
    assert alice.post(f"/api/jobs/{job.id}/cancel/").json()["state"] == "cancelled"


def test_a_viewer_sees_jobs_but_cancels_none(mill_lane: Community) -> None:
    bob = signed_in("bob@example.org", mill_lane.organization, "viewer")
    job = job_of(mill_lane.organization)
    assert bob.get(f"/api/jobs/{job.id}/").status_code == 200
    assert bob.post(f"/api/jobs/{job.id}/cancel/").status_code == 403


def test_workers_claim_only_their_own_kind_over_the_wire(mill_lane: Community, workers: dict[str, Machine]) -> None:
    job = job_of(mill_lane.organization)
    claim, name = f"/data/jobs/{job.id}/claim/", {"worker": "pi:1"}
    assert workers["clustering"].post(claim, name).status_code == 403
    answer = workers["aggregation"].post(claim, name)
    assert answer.status_code == 200
    assert workers["aggregation"].post(claim, name).status_code == 409
    lease = f"{job.id}:{answer.json()['lease_token']}"
    renewed = workers["aggregation"].post(f"/data/jobs/{job.id}/renew/", {"progress": 0.4}, lease=lease)
    assert renewed.json()["cancel_requested"] is False
    assert workers["aggregation"].post(f"/data/jobs/{job.id}/renew/", {"progress": 0.4}).status_code == 409
    other = job_of(mill_lane.organization, key="another")
    assert workers["aggregation"].post(f"/data/jobs/{other.id}/fail/", {"error": "x"}, lease=lease).status_code == 409


def test_the_scheduler_asks_for_everybody_and_a_token_for_its_own(mill_lane: Community, scheduler: Machine) -> None:
    far = community("far-away").organization
    wishes = [
        JobRequest(kind=JobKind.ROLL_UP, organization_id=number, dedupe_key=f"roll_up:{number}").model_dump(mode="json")
        for number in (mill_lane.organization.pk, far.pk)
    ]
    jobs = scheduler.post("/data/jobs/", wishes).json()
    assert [job["organization_id"] for job in jobs] == [mill_lane.organization.pk, far.pk]
    own = machine(Scope.JOBS, organization=mill_lane.organization)
    assert own.post("/data/jobs/", wishes[:1]).json()[0]["id"] == jobs[0]["id"]
    assert own.post("/data/jobs/", wishes).status_code == 403
    elsewhere = [wishes[0] | {"dedupe_key": f"train:{far.pk}", "priority": 9}]
    mine = own.post("/data/jobs/", elsewhere).json()[0]
    assert mine["priority"] == 2
    assert Job.objects.get(id=mine["id"]).dedupe_key.startswith(f"wished:{mill_lane.organization.pk}:")
    smuggled = [wishes[0] | {"kind": "import", "dedupe_key": "import:1"}]
    assert own.post("/data/jobs/", smuggled).status_code == 409
    unknown = [wishes[0] | {"organization_id": 4711}]
    assert scheduler.post("/data/jobs/", unknown).status_code == 404
    assert own.post("/data/jobs/dispatch/", {}).status_code == 403
    assert len(scheduler.post("/data/jobs/dispatch/", {}).json()) == 3
