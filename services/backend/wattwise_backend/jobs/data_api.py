"""/data/jobs/: what the scheduler and the workers do with jobs."""

from typing import TypeVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from pydantic import BaseModel, Field
from rest_framework.request import Request

from wattwise_backend.platform.access import access_of
from wattwise_backend.platform.views import DataView, answer, read_message
from wattwise_contract.jobs import DispatchRequest, Failure, JobKind, JobRequest, Renewal, Success
from wattwise_contract.scopes import PEOPLES, Scope

from . import dispatching, leases, operations, queries
from .queries import work_scope_of

T = TypeVar("T")


_WORKERS = {work_scope_of(kind) for kind in JobKind}


class JobsView(DataView):
    may = {"POST": {Scope.SCHEDULE, Scope.JOBS}}

    def post(self, request: Request) -> HttpResponse:
        """Jobs wished for: the answer names the live job of each key, in the same order."""
        requests = read_message(request, list[JobRequest])
        jobs = operations.request_all(requests, access=access_of(request), now=timezone.now())
        return answer([job.as_message for job in jobs])


class JobView(DataView):
    may = {"GET": {*PEOPLES, *_WORKERS}}

    def get(self, request: Request, job_id: UUID) -> HttpResponse:
        """A worker asks for jobs of its own kinds."""
        access = access_of(request)
        see = queries.job_of_worker if access.is_service else queries.job_of_access
        return answer(see(access, job_id).as_message)


class DispatchView(DataView):
    may = {"POST": {Scope.SCHEDULE}}

    def post(self, request: Request) -> HttpResponse:
        """Jobs that are to be put into Redis now."""
        return answer(dispatching.dispatch(read_message(request, DispatchRequest), now=timezone.now()))


class WorkerName(BaseModel):
    worker: str = Field(min_length=1, max_length=200)


class ClaimView(DataView):
    may = {"POST": _WORKERS}

    def post(self, request: Request, job_id: UUID) -> HttpResponse:
        job = queries.job_of_worker(access_of(request), job_id)
        worker = read_message(request, WorkerName).worker
        return answer(operations.claim(job=job, worker=worker, now=timezone.now()))


class RenewView(DataView):
    may = {"POST": _WORKERS}

    def post(self, request: Request, job_id: UUID) -> HttpResponse:
        renewal, token = _message_and_lease(request, job_id, Renewal)
        return answer(leases.renew(job_id=job_id, token=token, renewal=renewal, now=timezone.now()))


class SucceedView(DataView):
    may = {"POST": _WORKERS}

    def post(self, request: Request, job_id: UUID) -> HttpResponse:
        success, token = _message_and_lease(request, job_id, Success)
        operations.succeed(job_id=job_id, token=token, success=success, now=timezone.now())
        return HttpResponse(status=204)


class FailView(DataView):
    may = {"POST": _WORKERS}

    def post(self, request: Request, job_id: UUID) -> HttpResponse:
        failure, token = _message_and_lease(request, job_id, Failure)
        operations.fail(job_id=job_id, token=token, failure=failure, now=timezone.now())
        return HttpResponse(status=204)


def _message_and_lease(request: Request, job_id: UUID, kind: type[T]) -> tuple[T, UUID]:
    queries.job_of_worker(access_of(request), job_id)
    leased_job_id, token = leases.lease_of(request)
    if leased_job_id != job_id or not queries.was_attempted(job_id, token):
        raise leases.LeaseLost(job_id)
    return read_message(request, kind), token
