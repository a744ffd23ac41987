"""Changes of jobs. Each is one transaction, and a conditional UPDATE's row count says who won.

waiting ──dispatch──▶ queued ──claim──▶ running ──succeed──▶ succeeded
   ▲                                      │ fail, lease ran out
   └───────────── backoff ◀───────────────┴──▶ dead (attempts used up, or bad input) ──retry──▶ waiting
cancel: waiting and queued at once; running when its worker next renews.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from wattwise_backend.accounts.models import Organization
from wattwise_backend.platform.access import Access, Role
from wattwise_backend.platform.errors import Conflict, NotFound
from wattwise_contract.jobs import (
    LEASE_DURATION,
    LIVE_STATES,
    RETRY_POLICIES,
    Claim,
    Failure,
    JobKind,
    JobRequest,
    JobState,
    Success,
)
from wattwise_contract.scopes import Scope

from .backoff import delay_before
from .leases import LeaseLost
from .models import AttemptOutcome, Job, JobAttempt
from .publishers import MOURNERS, PUBLISHERS

MOST_TRIES = 5
LONGEST_PAUSE = timedelta(hours=6)  # that a server may ask for between two attempts
MOST_URGENT_WISH = 2  # as high as what a person starts on a page
COMMIT_TAKES = timedelta(seconds=1)  # between the moment that a job notes as its end and when others see it
STARTED_BY_PEOPLE = frozenset(JobKind) - {JobKind.IMPORT, JobKind.PREVIEW_IMPORT, JobKind.UNDO_IMPORT}


class NotClaimable(Conflict):
    """The job is not queued: another worker has it, or it has ended, or it waits for its next try."""

    def __init__(self, job: Job) -> None:
        super().__init__(
            f"Job {job.id} is {job.state}, so it cannot be claimed.", remedy="Forget this message; nothing is lost."
        )


class NotCancellable(Conflict):
    def __init__(self, job: Job) -> None:
        super().__init__(f"This job is {job.state}, so there is nothing to cancel.", remedy="Reload the list of jobs.")


class NotRetryable(Conflict):
    def __init__(self, job: Job, *, because: str) -> None:
        super().__init__(f"This job cannot be retried: {because}.", remedy="Reload the list of jobs.")


def request(request: JobRequest, *, now: datetime) -> Job:
    """The live job of the request's dedupe key, made when there is none; or the one that ended after `as_of`, which the
    facts behind the request did not know of. Safe against two callers at once."""
    live = Job.objects.filter(
        organization_id=request.organization_id, dedupe_key=request.dedupe_key, state__in=LIVE_STATES
    )
    for _ in range(MOST_TRIES):
        if job := live.first() or _ended_since(request):
            return job
        try:
            with transaction.atomic():
                return Job.objects.create(
                    organization_id=request.organization_id,
                    kind=request.kind,
                    scope=request.scope,
                    dedupe_key=request.dedupe_key,
                    priority=request.priority,
                    max_attempts=RETRY_POLICIES[request.kind].max_attempts,
                    created_at=now,
                    run_after=now,
                )
        except IntegrityError:  # somebody was quicker: then it is found now, unless it ended meanwhile
            continue
    raise Conflict("Jobs for the same work come and go too quickly.", remedy="Ask again.")


def request_all(requests: Sequence[JobRequest], *, access: Access, now: datetime) -> list[Job]:
    """The live job of each request, for the scheduler or for a token that may start jobs in those organizations.
    Raises NotAllowed and NotFound."""
    if not access.has(Scope.SCHEDULE):
        access.require_scope(Scope.JOBS)
        requests = [_as_a_persons(wish) for wish in requests]
        for wish in requests:
            access.require(wish.organization_id, Role.ANALYST)
            if wish.kind not in STARTED_BY_PEOPLE:
                raise Conflict("Imports are not started as jobs.", remedy="Start one with POST /api/imports/.")
    known = set(
        Organization.objects.filter(id__in={wish.organization_id for wish in requests}).values_list("id", flat=True)
    )
    if any(wish.organization_id not in known for wish in requests):
        raise NotFound("organization")
    return [request(wish, now=now) for wish in requests]


def _as_a_persons(wish: JobRequest) -> JobRequest:
    """The same wish, no more urgent than a person's. The scheduler's keys name their organization second (`train:7`): one
    that names another is made this organization's own, because a job that dies blocks its key."""
    key, own = wish.dedupe_key, str(wish.organization_id)
    if key.split(":")[1:2] != [own]:
        key = f"wished:{own}:{key}"
    return wish.model_copy(update={"dedupe_key": key, "priority": min(wish.priority, MOST_URGENT_WISH)})


@transaction.atomic
def claim(*, job: Job, worker: str, now: datetime) -> Claim:
    """Hand the job to the worker for LEASE_DURATION; raises NotClaimable for everybody but one."""
    token, expires_at = uuid4(), now + LEASE_DURATION
    due = Q(state=JobState.QUEUED) | Q(state=JobState.WAITING, run_after__lte=now)
    won = Job.objects.filter(due, id=job.id).update(
        state=JobState.RUNNING,
        worker=worker,
        lease_token=token,
        lease_expires_at=expires_at,
        attempts=F("attempts") + 1,
        started_at=now,
        progress=0.0,
        message="",
    )
    job.refresh_from_db()
    if not won:
        raise NotClaimable(job)
    JobAttempt.objects.create(job=job, attempt=job.attempts, lease_token=token, worker=worker, started_at=now)
    return Claim(job=job.as_message, lease_token=token, lease_expires_at=expires_at)


@transaction.atomic
def succeed(*, job_id: UUID, token: UUID, success: Success, now: datetime) -> None:
    """End the job and make its results visible, both at once. Saying it twice is harmless; raises LeaseLost."""
    job = _locked(job_id, token)
    if job.state == JobState.SUCCEEDED:
        return
    if job.state != JobState.RUNNING:
        raise LeaseLost(job_id)
    job.message, job.result = success.message, dict(success.result)
    if publish := PUBLISHERS.get(JobKind(job.kind)):
        publish(job, success, now)
    job.state, job.progress, job.error, job.traceback = JobState.SUCCEEDED, 1.0, "", ""
    job.finished_at, job.lease_expires_at = now, None
    job.save()
    _end_attempt(job, AttemptOutcome.SUCCEEDED, now=now)


@transaction.atomic
def fail(*, job_id: UUID, token: UUID, failure: Failure, now: datetime) -> None:
    """End the attempt: cancelled if that was asked for, else tried again later, else dead. Raises LeaseLost."""
    if JobAttempt.objects.filter(job_id=job_id, lease_token=token, outcome=AttemptOutcome.FAILED).exists():
        return  # said before; the answer got lost
    job = _locked(job_id, token)
    if job.state != JobState.RUNNING:
        raise LeaseLost(job_id)
    _give_up_attempt(job, AttemptOutcome.FAILED, failure=failure, now=now)


@transaction.atomic
def recover_expired(*, now: datetime) -> int:
    """Take jobs back whose worker fell silent. A job that is being written for at this moment is left alone."""
    expired = Job.objects.filter(state=JobState.RUNNING, lease_expires_at__lte=now).select_for_update(skip_locked=True)
    vanished = 0
    for job in expired:
        failure = Failure(error=f"Its worker ({job.worker}) vanished: it did not renew its lease in time.")
        _give_up_attempt(job, AttemptOutcome.VANISHED, failure=failure, now=now)
        vanished += 1
    return vanished


@transaction.atomic
def cancel(*, job: Job, now: datetime) -> Job:
    """Cancel at once what has not begun; ask the worker of what runs to stop. Raises NotCancellable."""
    mine = Job.objects.filter(id=job.id)
    waiting = mine.filter(state__in=[JobState.WAITING, JobState.QUEUED])
    running = mine.filter(state=JobState.RUNNING)
    done = waiting.update(state=JobState.CANCELLED, finished_at=now, cancel_requested_at=now) or running.update(
        cancel_requested_at=now, message="Stopping …"
    )
    job.refresh_from_db()
    if not done:
        raise NotCancellable(job)
    return job


def retry(*, job: Job, now: datetime) -> Job:
    """Give a dead or cancelled job its attempts anew. Raises NotRetryable."""
    ended = Job.objects.filter(id=job.id, state__in=[JobState.DEAD, JobState.CANCELLED])
    try:
        with transaction.atomic():
            won = ended.update(
                state=JobState.WAITING, attempts=0, progress=0.0, message="", run_after=now,
                queued_at=None, finished_at=None, cancel_requested_at=None, lease_token=None, lease_expires_at=None,
            )  # fmt: skip
    except IntegrityError:
        raise NotRetryable(job, because="another job for the same work is already under way") from None
    job.refresh_from_db()
    if not won:
        raise NotRetryable(job, because=f"it is {job.state}, and only dead or cancelled jobs are")
    return job


def _ended_since(request: JobRequest) -> Job | None:
    if request.as_of is None:
        return None
    return (
        Job.objects.filter(organization_id=request.organization_id, dedupe_key=request.dedupe_key)
        .filter(finished_at__gt=request.as_of - COMMIT_TAKES)
        .order_by("-finished_at")
        .first()
    )


def _locked(job_id: UUID, token: UUID) -> Job:
    """The job, locked against everybody including writes under its lease; raises LeaseLost where the token is not it."""
    job = Job.objects.select_for_update().filter(id=job_id, lease_token=token).first()
    if job is None:
        raise LeaseLost(job_id)
    return job


def _give_up_attempt(job: Job, outcome: AttemptOutcome, *, failure: Failure, now: datetime) -> None:
    job.error, job.traceback = failure.error, failure.traceback
    job.lease_token, job.lease_expires_at = None, None
    if job.cancel_requested_at is not None:
        outcome = AttemptOutcome.CANCELLED
        job.state, job.finished_at, job.message, job.error = JobState.CANCELLED, now, "Cancelled.", ""
    elif failure.permanent or (job.attempts >= job.max_attempts and not failure.progressed):
        job.state, job.finished_at = JobState.DEAD, now
        if mourn := MOURNERS.get(JobKind(job.kind)):
            mourn(job, now)
    else:
        job.state, job.queued_at = JobState.WAITING, None
        job.max_attempts += failure.progressed
        asked = min(failure.retry_after or timedelta(0), LONGEST_PAUSE)
        attempt = 1 if failure.progressed else job.attempts + 1
        job.run_after = now + max(asked, delay_before(attempt, policy=RETRY_POLICIES[JobKind(job.kind)]))
    _end_attempt(job, outcome, now=now, failure=failure)
    job.save()


def _end_attempt(job: Job, outcome: AttemptOutcome, *, now: datetime, failure: Failure | None = None) -> None:
    open_attempts = job.story.filter(outcome=AttemptOutcome.RUNNING)
    open_attempts.update(
        outcome=outcome,
        ended_at=now,
        error=failure.error if failure else "",
        traceback=failure.traceback if failure else "",
    )
