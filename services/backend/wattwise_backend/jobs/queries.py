"""Questions about jobs."""

from uuid import UUID

from wattwise_backend.platform.access import Access
from wattwise_backend.platform.errors import NotFound
from wattwise_contract.jobs import JobKind
from wattwise_contract.scopes import Scope

from .models import Job, JobAttempt


def work_scope_of(kind: JobKind) -> Scope:
    """The scope of the tokens of those workers that carry jobs of this kind out."""
    return Scope(f"work:{kind.queue.value}")


def job_of_access(access: Access, job_id: UUID) -> Job:
    """The job, where the caller may see it; raises NotFound."""
    job = Job.objects.visible_to(access).filter(id=job_id).first()
    if job is None:
        raise NotFound("job")
    return job


def was_attempted(job_id: UUID, token: UUID) -> bool:
    """Whether this token is, or once was, a lease of the job."""
    return JobAttempt.objects.filter(job_id=job_id, lease_token=token).exists()


def job_of_worker(access: Access, job_id: UUID) -> Job:
    """The job, where the caller is a worker of its kind; raises NotFound and NotAllowed."""
    job = job_of_access(access, job_id)
    access.require_scope(work_scope_of(JobKind(job.kind)))
    return job
