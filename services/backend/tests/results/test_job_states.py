"""Every state of a job meets every action; what is not allowed says so, and changes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest

from wattwise_backend.jobs import leases, operations
from wattwise_backend.jobs.backoff import delay_before
from wattwise_backend.jobs.dispatching import dispatch
from wattwise_backend.jobs.models import AttemptOutcome, Job
from wattwise_backend.platform.errors import Conflict
from wattwise_contract.jobs import (
    LEASE_DURATION,
    RETRY_POLICIES,
    DispatchRequest,
    Failure,
    JobKind,
    JobRequest,
    JobState,
    Queue,
    Renewal,
    Success,
)

from .conftest import NOON, Community, claimed, job_of

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(seconds=5)
TOKEN = uuid4()

ACTIONS = {
    "claim": lambda job: operations.claim(job=job, worker="worker 2", now=LATER),
    "renew": lambda job: leases.renew(job_id=job.id, token=TOKEN, renewal=Renewal(progress=0.5), now=LATER),
    "succeed": lambda job: operations.succeed(job_id=job.id, token=TOKEN, success=Success(), now=LATER),
    "fail": lambda job: operations.fail(job_id=job.id, token=TOKEN, failure=Failure(error="No luck."), now=LATER),
    "fail for good": lambda job: operations.fail(
        job_id=job.id, token=TOKEN, failure=Failure(error="Bad input.", permanent=True), now=LATER
    ),
    "cancel": lambda job: operations.cancel(job=job, now=LATER),
    "retry": lambda job: operations.retry(job=job, now=LATER),
    "dispatch": lambda job: dispatch(DispatchRequest(), now=LATER),
    "recover": lambda job: operations.recover_expired(now=LATER + LEASE_DURATION),
}
W, Q, R, S, D, C = (state.value for state in JobState)
AFTERWARDS = {  # None: refused with a sentence
    "claim": {W: R, Q: R, R: None, S: None, D: None, C: None},
    "renew": {W: None, Q: None, R: R, S: None, D: None, C: None},
    "succeed": {W: None, Q: None, R: S, S: S, D: None, C: None},
    "fail": {W: None, Q: None, R: W, S: None, D: None, C: None},
    "fail for good": {W: None, Q: None, R: D, S: None, D: None, C: None},
    "cancel": {W: C, Q: C, R: R, S: None, D: None, C: None},
    "retry": {W: None, Q: None, R: None, S: None, D: W, C: W},
    "dispatch": {W: Q, Q: Q, R: R, S: S, D: D, C: C},
    "recover": {W: W, Q: Q, R: W, S: S, D: D, C: C},
}


def job_in(state: str, mill_lane: Community) -> Job:
    """A job in the state; from `running` on, its lease is TOKEN, except that a dead or cancelled one has none."""
    job = job_of(mill_lane.organization)
    if state in {R, S, D}:
        claimed(job)
        job.story.update(lease_token=TOKEN)
        Job.objects.filter(id=job.id).update(lease_token=TOKEN)
    if state == D:
        operations.fail(job_id=job.id, token=TOKEN, failure=Failure(error="No.", permanent=True), now=NOON)
        job.story.update(lease_token=uuid4())  # not the lease that the actions below come with
    Job.objects.filter(id=job.id).update(state=state)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("state", [state.value for state in JobState])
@pytest.mark.parametrize("action", ACTIONS)
def test_every_state_meets_every_action(action: str, state: str, mill_lane: Community) -> None:
    job = job_in(state, mill_lane)
    before = Job.objects.values().get(id=job.id)
    afterwards = AFTERWARDS[action][state]
    if afterwards is None:
        with pytest.raises(Conflict) as refusal:
            ACTIONS[action](job)
        assert str(refusal.value)
        assert refusal.value.remedy
        assert Job.objects.values().get(id=job.id) == before
    else:
        ACTIONS[action](job)
        assert Job.objects.get(id=job.id).state == afterwards


def test_a_wish_for_what_is_under_way_answers_the_same_job(mill_lane: Community) -> None:
    first = job_of(mill_lane.organization, key="roll_up:1:0")
    claimed(first)
    assert job_of(mill_lane.organization, key="roll_up:1:0").id == first.id
    Job.objects.filter(id=first.id).update(state=S)
    assert job_of(mill_lane.organization, key="roll_up:1:0").id != first.id


def test_facts_that_did_not_know_of_an_end_make_no_second_job(mill_lane: Community) -> None:
    wish = JobRequest(kind=JobKind.FORECAST_METERS, organization_id=mill_lane.organization.pk, dedupe_key="forecast:1")
    claim = claimed(operations.request(wish, now=NOON))
    operations.succeed(job_id=claim.job.id, token=claim.lease_token, success=Success(), now=LATER)
    stale = operations.request(wish.model_copy(update={"as_of": NOON + timedelta(seconds=4)}), now=LATER)
    assert (stale.id, stale.state) == (claim.job.id, S)
    fresh = operations.request(wish.model_copy(update={"as_of": LATER + timedelta(seconds=2)}), now=LATER)
    assert (fresh.id != claim.job.id, fresh.state) == (True, W)


@pytest.mark.parametrize("attempt", range(2, 9))
def test_each_attempt_waits_twice_as_long_give_or_take_a_fifth(attempt: int) -> None:
    policy = RETRY_POLICIES[JobKind.IMPORT]
    expected = min(policy.first_delay * 2 ** (attempt - 2), policy.longest_delay)
    waits = {delay_before(attempt, policy=policy) for _ in range(200)}
    assert expected * 0.8 <= min(waits) < max(waits) <= expected * 1.2


def test_a_failed_job_waits_before_its_next_attempt(mill_lane: Community) -> None:
    job = job_of(mill_lane.organization)
    claim = claimed(job)
    operations.fail(job_id=job.id, token=claim.lease_token, failure=Failure(error="The source is away."), now=NOON)
    with pytest.raises(operations.NotClaimable):
        claimed(job, now=NOON + timedelta(seconds=1))
    assert dispatch(DispatchRequest(), now=NOON + timedelta(seconds=1)) == []
    assert [each.job_id for each in dispatch(DispatchRequest(), now=NOON + timedelta(seconds=3))] == [job.id]


def test_a_job_waits_as_long_as_somebody_asked_it_to_within_reason(mill_lane: Community) -> None:
    for asked, waits in ((timedelta(hours=1), timedelta(hours=1)), (timedelta(days=9), operations.LONGEST_PAUSE)):
        job = job_in(R, mill_lane)
        failure = Failure(error="Come back later.", retry_after=asked)
        operations.fail(job_id=job.id, token=TOKEN, failure=failure, now=LATER)
        job.refresh_from_db()
        assert job.run_after == LATER + waits
        job.delete()


def test_an_attempt_that_got_on_costs_none(mill_lane: Community) -> None:
    job, now = job_of(mill_lane.organization, JobKind.CLUSTER_CONSUMERS), NOON
    for progressed in [True] * 6 + [False] * 4:
        claim = claimed(job, now=now)
        failure = Failure(error="Half an hour is over.", progressed=progressed)
        operations.fail(job_id=job.id, token=claim.lease_token, failure=failure, now=now)
        job.refresh_from_db()
        assert (job.state == D) is (job.attempts == 10)
        assert job.state == D or not progressed or job.run_after - now < timedelta(seconds=10)
        now += timedelta(minutes=15)


def test_a_job_dies_when_its_attempts_are_used_up_and_keeps_its_story(mill_lane: Community) -> None:
    job, now = job_of(mill_lane.organization, JobKind.CLUSTER_CONSUMERS), NOON
    for _ in range(4):
        claim = claimed(job, now=now)
        failure = Failure(error="Too few details.", traceback="Traceback …")
        operations.fail(job_id=job.id, token=claim.lease_token, failure=failure, now=now)
        now += timedelta(minutes=15)
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (D, "Too few details.", 4)
    assert [(each.attempt, each.outcome) for each in job.story.all()] == [(n, "failed") for n in (1, 2, 3, 4)]
    retried = operations.retry(job=job, now=now)
    assert (retried.state, retried.attempts, retried.story.count()) == (W, 0, 4)


def test_a_dead_job_is_not_retried_beside_its_successor(mill_lane: Community) -> None:
    job = job_of(mill_lane.organization)
    claim = claimed(job)
    operations.fail(job_id=job.id, token=claim.lease_token, failure=Failure(error="x", permanent=True), now=NOON)
    job_of(mill_lane.organization)
    with pytest.raises(operations.NotRetryable, match="under way"):
        operations.retry(job=job, now=LATER)


def test_a_vanished_workers_job_is_tried_again(mill_lane: Community) -> None:
    job = job_of(mill_lane.organization)
    claimed(job, worker="pump house:4711")
    assert dispatch(DispatchRequest(), now=NOON + LEASE_DURATION - timedelta(seconds=1)) == []
    dispatch(DispatchRequest(), now=NOON + LEASE_DURATION)
    job.refresh_from_db()
    assert job.state == W
    assert "pump house:4711" in job.error
    assert "vanished" in job.error
    assert job.story.get().outcome == AttemptOutcome.VANISHED
    assert [each.job_id for each in dispatch(DispatchRequest(), now=NOON + timedelta(seconds=30))] == [job.id]


def test_a_running_job_that_is_to_be_cancelled_ends_cancelled_however_its_worker_answers(mill_lane: Community) -> None:
    job = job_of(mill_lane.organization)
    claim = claimed(job)
    operations.cancel(job=job, now=NOON)
    renewed = leases.renew(job_id=job.id, token=claim.lease_token, renewal=Renewal(progress=0.2), now=LATER)
    assert renewed.cancel_requested
    operations.fail(job_id=job.id, token=claim.lease_token, failure=Failure(error="Stopped."), now=LATER)
    job.refresh_from_db()
    assert (job.state, job.story.get().outcome) == (C, "cancelled")


def test_success_and_failure_may_be_said_twice(mill_lane: Community) -> None:
    job = job_of(mill_lane.organization)
    claim = claimed(job)
    for _ in range(2):
        operations.fail(job_id=job.id, token=claim.lease_token, failure=Failure(error="Away."), now=NOON)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (W, 1)
    claim = claimed(job, now=NOON + timedelta(minutes=1))
    for _ in range(2):
        operations.succeed(job_id=job.id, token=claim.lease_token, success=Success(message="Done."), now=NOON)
    job.refresh_from_db()
    assert (job.state, job.message, job.progress, job.error) == (S, "Done.", 1.0, "")


def test_dispatch_sends_the_most_urgent_first_and_again_what_redis_lost(mill_lane: Community) -> None:
    plain = job_of(mill_lane.organization, key="a")
    urgent = job_of(mill_lane.organization, JobKind.IMPORT, key="b")
    Job.objects.filter(id=urgent.id).update(priority=5)
    assert [each.job_id for each in dispatch(DispatchRequest(), now=NOON)] == [urgent.id, plain.id]
    empty = DispatchRequest(empty_queues=[Queue.AGGREGATION])
    assert dispatch(empty, now=NOON + timedelta(seconds=9)) == []
    assert [each.job_id for each in dispatch(empty, now=NOON + timedelta(seconds=10))] == [plain.id]
    assert dispatch(empty, now=NOON + timedelta(seconds=11)) == []
