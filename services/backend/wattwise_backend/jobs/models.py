"""Jobs and their attempts. Every change of state is in operations.py and leases.py."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from wattwise_backend.platform.access import Access
from wattwise_contract.jobs import LIVE_STATES, JobKind, JobState
from wattwise_contract.jobs import Job as JobMessage


def _choices(values: type[JobKind] | type[JobState]) -> list[tuple[str, str]]:
    return [(value.value, value.value.replace("_", " ").capitalize()) for value in values]


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, access: Access) -> JobQuerySet:
        """Jobs are an organization's own business: members see them, a household's own login does not."""
        return self.filter(access.visible())


class Job(models.Model):
    """One piece of work. `dedupe_key` names what it is about: only one job of a key is alive at a time."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.ForeignKey("accounts.Organization", models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=32, choices=_choices(JobKind))
    scope = models.JSONField(default=dict, blank=True)
    dedupe_key = models.CharField(max_length=200)
    state = models.CharField(max_length=16, choices=_choices(JobState), default=JobState.WAITING.value)
    priority = models.SmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=1)

    progress = models.FloatField(default=0.0)
    message = models.TextField(default="", blank=True)
    error = models.TextField(default="", blank=True)
    traceback = models.TextField(default="", blank=True)
    result = models.JSONField(default=dict, blank=True)

    created_at = models.DateTimeField()
    run_after = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    worker = models.CharField(max_length=200, default="", blank=True)
    # Kept after the end, so that a worker whose answer was lost may say "succeeded" again.
    lease_token = models.UUIDField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        db_table = "jobs"
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "dedupe_key"],
                condition=Q(state__in=[state.value for state in LIVE_STATES]),
                name="one_live_job_per_dedupe_key",
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING.value)
                | Q(lease_token__isnull=False, lease_expires_at__isnull=False),
                name="a_running_job_has_a_lease",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-priority", "run_after"], condition=Q(state=JobState.WAITING.value), name="jobs_waiting"
            ),
            models.Index(fields=["queued_at"], condition=Q(state=JobState.QUEUED.value), name="jobs_queued"),
            models.Index(fields=["lease_expires_at"], condition=Q(state=JobState.RUNNING.value), name="jobs_running"),
            models.Index(fields=["finished_at"], condition=Q(state=JobState.DEAD.value), name="jobs_dead"),
            models.Index(
                fields=["kind", "organization", "started_at"],
                condition=Q(state=JobState.SUCCEEDED.value),
                name="jobs_succeeded",
            ),
            models.Index(fields=["organization", "-created_at"], name="jobs_newest"),
            models.Index(fields=["organization", "dedupe_key", "-created_at"], name="jobs_of_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.state})"

    @property
    def as_message(self) -> JobMessage:
        return JobMessage(
            id=self.id,
            kind=JobKind(self.kind),
            organization_id=self.organization_id,
            scope=self.scope,
            state=JobState(self.state),
            priority=self.priority,
            attempts=self.attempts,
            max_attempts=self.max_attempts,
            progress=self.progress,
            message=self.message,
            error=self.error,
            result=self.result,
            created_at=self.created_at,
            started_at=self.started_at,
            finished_at=self.finished_at,
        )


class AttemptOutcome(models.TextChoices):
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    VANISHED = "vanished"  # its lease ran out: the worker died or lost the network
    CANCELLED = "cancelled"


class JobAttempt(models.Model):
    """One worker's try at a job: together the attempts are its story."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="story")
    attempt = models.PositiveSmallIntegerField()
    lease_token = models.UUIDField()
    worker = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=AttemptOutcome.choices, default=AttemptOutcome.RUNNING)
    error = models.TextField(default="", blank=True)
    traceback = models.TextField(default="", blank=True)

    class Meta:
        db_table = "job_attempts"
        ordering: ClassVar = ["started_at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "lease_token"], name="one_attempt_per_lease")]
        indexes: ClassVar = [models.Index(fields=["job", "started_at"], name="attempts_in_order")]

    def __str__(self) -> str:
        return f"attempt {self.attempt} by {self.worker}: {self.outcome}"
