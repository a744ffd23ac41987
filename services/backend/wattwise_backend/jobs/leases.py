"""Leases: who may write for a job.

The three locks on a job's row are chosen so that exactly the right things wait for each other:
a write of the job's worker holds FOR KEY SHARE (`fence`), which lets renewals pass but holds back whoever wants to end
the job (FOR UPDATE in operations.py). So no write is ever cut by the end of its lease, and none begins after it.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from rest_framework.request import Request

from wattwise_backend.platform.errors import Conflict
from wattwise_contract.jobs import LEASE_DURATION, LEASE_HEADER, JobKind, JobState, Renewal, Renewed

from .models import Job


class LeaseLost(Conflict):
    """Another worker has this job now, or it has ended: stop, and throw the work away."""

    remedy = "Stop working on it; the job goes on without this attempt."

    def __init__(self, job_id: object) -> None:
        super().__init__(f"The lease of job {job_id} is no longer held.")


def lease_of(request: Request) -> tuple[UUID, UUID]:
    """The job and the lease token that the request carries; raises LeaseLost where it carries none."""
    job_id, _, token = request.headers.get(LEASE_HEADER, "").partition(":")
    try:
        return UUID(job_id), UUID(token)
    except ValueError:
        raise LeaseLost(job_id or "(none)") from None


def check(request: Request, kinds: Collection[JobKind]) -> None:
    """Raise LeaseLost where `fence` would, as far as can be told before the transaction."""
    job_id, token = lease_of(request)
    if not Job.objects.filter(id=job_id, lease_token=token, state=JobState.RUNNING, kind__in=kinds).exists():
        raise LeaseLost(job_id)


def fence(request: Request, *, kind: JobKind | None = None) -> Job:
    """The running job whose lease the request carries, held until the caller's transaction ends.

    Must be called inside `transaction.atomic()`, before the first write. Raises LeaseLost, also where the
    job is of another kind than the one given. A lease that ran out but that nobody has taken yet still counts: taking it needs the row that this holds.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("fence() protects a transaction: call it inside transaction.atomic()")
    job_id, token = lease_of(request)
    with connection.cursor() as cursor:
        cursor.execute(_ONE_WRITE_AT_A_TIME, [str(job_id)])
    held = next(iter(Job.objects.raw(_HELD_JOB, [job_id, token, JobState.RUNNING.value])), None)
    if held is None or kind not in {None, held.kind}:
        raise LeaseLost(job_id)
    return held


# A write that is sent again because its answer was late waits for the first one, and then finds what that one did.
_ONE_WRITE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"

# Django's select_for_update knows no FOR KEY SHARE.
_HELD_JOB = "SELECT * FROM jobs WHERE id = %s AND lease_token = %s AND state = %s FOR KEY SHARE"


@transaction.atomic
def renew(*, job_id: UUID, token: UUID, renewal: Renewal, now: datetime) -> Renewed:
    """Extend the lease and note the progress; raises LeaseLost when another holds it or the job has ended."""
    expires_at = now + LEASE_DURATION
    mine = Job.objects.filter(id=job_id, lease_token=token, state=JobState.RUNNING)
    progress = min(max(renewal.progress, 0.0), 1.0)
    if not mine.update(lease_expires_at=expires_at, progress=progress, message=renewal.message):
        raise LeaseLost(job_id)
    cancelled = mine.filter(cancel_requested_at__isnull=False).exists()
    return Renewed(lease_expires_at=expires_at, cancel_requested=cancelled)
