"""Real threads on real connections: one winner, nobody twice, no write after the end of a lease."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection, transaction
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from wattwise_backend.aggregates.models import Rollup
from wattwise_backend.aggregates.publication import publish as publish_rollups
from wattwise_backend.jobs import leases, operations
from wattwise_backend.jobs.dispatching import dispatch
from wattwise_backend.jobs.models import Job, JobAttempt
from wattwise_contract.jobs import LEASE_DURATION, LEASE_HEADER, Claim, DispatchRequest, JobKind, Renewal, Success
from wattwise_contract.rollups import Grain, RollupPublication, RollupWindow

from .conftest import NOON, claimed, community, flat, job_of, rollup_stream

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """What the actions answer, each begun at the same instant on a connection of its own; errors are answers too."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return action()
        except Exception as error:  # noqa: BLE001  (an answer like another)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def request_of(claim: Claim) -> Request:
    return Request(APIRequestFactory().post("/data/rollups/", headers={LEASE_HEADER: claim.lease}))


def test_eight_workers_claim_a_job_and_one_gets_it() -> None:
    job = job_of(community("mill-lane").organization)
    answers = at_once(*(lambda n=n: claimed(job, worker=f"worker {n}") for n in range(8)))
    assert sum(isinstance(answer, Claim) for answer in answers) == 1
    assert sum(isinstance(answer, operations.NotClaimable) for answer in answers) == 7
    assert JobAttempt.objects.count() == 1


def test_eight_wishes_for_the_same_work_make_one_job() -> None:
    organization = community("mill-lane").organization
    answers = at_once(*(lambda: job_of(organization, key="roll_up:1:0").id for _ in range(8)))
    assert len(set(answers)) == 1
    assert Job.objects.count() == 1


def test_two_schedulers_send_every_job_once() -> None:
    organization = community("mill-lane").organization
    wanted = {job_of(organization, key=f"roll_up:{n}").id for n in range(120)}
    answers = at_once(*(lambda: [each.job_id for each in dispatch(DispatchRequest(), now=NOON)] for _ in range(4)))
    sent = [job_id for answer in answers for job_id in answer]
    assert sorted(sent) == sorted(wanted)


def test_a_write_holds_its_lease_to_the_end_and_renewals_pass_meanwhile() -> None:
    claim = claimed(job_of(community("mill-lane").organization))
    writing, written = Event(), Event()

    def write() -> str:
        with transaction.atomic():
            leases.fence(request_of(claim))
            writing.set()
            written.wait(5)
        return "written"

    def renew_then_recover() -> int:
        writing.wait(5)
        leases.renew(job_id=claim.job.id, token=claim.lease_token, renewal=Renewal(progress=0.5), now=NOON)
        vanished = operations.recover_expired(now=NOON + LEASE_DURATION * 2)
        written.set()
        return vanished

    assert at_once(write, renew_then_recover) == ["written", 0]
    assert operations.recover_expired(now=NOON + LEASE_DURATION * 2) == 1


def test_success_waits_for_the_write_under_way() -> None:
    claim = claimed(job_of(community("mill-lane").organization))
    writing, story = Event(), []

    def write() -> None:
        with transaction.atomic():
            leases.fence(request_of(claim))
            writing.set()
            Event().wait(0.3)
            story.append("written")

    def succeed() -> None:
        writing.wait(5)
        operations.succeed(job_id=claim.job.id, token=claim.lease_token, success=Success(), now=NOON)
        story.append("succeeded")

    assert at_once(write, succeed) == [None, None]
    assert story == ["written", "succeeded"]


def test_a_write_under_a_lost_lease_is_refused() -> None:
    job = job_of(community("mill-lane").organization)
    lost = claimed(job, worker="asleep")
    operations.recover_expired(now=NOON + LEASE_DURATION)
    now = claimed(job, worker="awake", now=NOON + timedelta(minutes=1))
    with transaction.atomic(), pytest.raises(leases.LeaseLost):
        leases.fence(request_of(lost))
    with pytest.raises(leases.LeaseLost):
        leases.renew(job_id=job.id, token=lost.lease_token, renewal=Renewal(), now=NOON)
    with pytest.raises(leases.LeaseLost):
        operations.succeed(job_id=job.id, token=lost.lease_token, success=Success(), now=NOON)
    with transaction.atomic():
        assert leases.fence(request_of(now)).id == job.id


def test_rollups_of_a_meter_that_two_jobs_send_at_once_end_as_one_of_them() -> None:
    where = community("mill-lane")
    meter = where.meters[0]
    window = RollupWindow(meter_id=meter.pk, grain=Grain.HOUR, starts_at=NOON, ends_at=NOON + timedelta(hours=500))
    publication = RollupPublication(windows=[window], settled_dirty_range_ids=[])

    def publish(claim: Claim, kw: float) -> int:
        body = rollup_stream(flat(meter, Grain.HOUR, start=NOON, hours=500, kw=kw), publication)
        rollups = pa.ipc.open_stream(body).read_all()
        return publish_rollups(request_of(claim), rollups, publication, now=NOON)

    claims = [claimed(job_of(where.organization, key=f"roll_up:{n}")) for n in range(4)]
    answers = at_once(*(lambda n=n: publish(claims[n // 2], kw=float(1 + n // 2)) for n in range(8)))
    assert answers == [500] * 8
    assert Rollup.objects.count() == 500
    assert Rollup.objects.values("total").distinct().count() == 1


def test_a_lease_of_another_kind_of_job_writes_nothing() -> None:
    claim = claimed(job_of(community("mill-lane").organization, JobKind.CLUSTER_CONSUMERS))
    with transaction.atomic(), pytest.raises(leases.LeaseLost):
        leases.fence(request_of(claim), kind=JobKind.ROLL_UP)
    with pytest.raises(RuntimeError, match="transaction"):
        leases.fence(request_of(claim))


def test_a_worker_and_a_cancelling_person_agree_who_was_first() -> None:
    for number in range(5):
        job = job_of(community(f"lane-{number}").organization)
        answers = at_once(lambda job=job: claimed(job), lambda job=job: operations.cancel(job=job, now=NOON))
        job.refresh_from_db()
        if isinstance(answers[0], Claim):
            assert job.state == "running"
            assert job.cancel_requested_at == NOON
        else:
            assert job.state == "cancelled"
