"""Jobs: their kinds, states, queues and retry policies, and the messages about them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from .message import Message, UtcDatetime


class Queue(StrEnum):
    CONSUMPTION = "consumption"
    AGGREGATION = "aggregation"
    CLUSTERING = "clustering"
    FORECASTING = "forecasting"


class JobKind(StrEnum):
    IMPORT = "import"  # scope: {"import_id": int}
    PREVIEW_IMPORT = "preview_import"  # scope: {"import_id": int}
    UNDO_IMPORT = "undo_import"  # scope: {"import_id": int}
    ROLL_UP = "roll_up"  # scope: {"meter_ids": [int]}
    PROFILE_METERS = "profile_meters"  # scope: {"meter_ids": [int]}
    CLUSTER_CONSUMERS = "cluster_consumers"  # scope: {}
    TRAIN_FORECASTERS = "train_forecasters"  # scope: {}
    FORECAST_METERS = "forecast_meters"  # scope: {"meter_ids": [int] | absent for all}

    @property
    def queue(self) -> Queue:
        return _QUEUES[self]

    @property
    def task_name(self) -> str:
        """The Celery task that runs a job of this kind; its only argument is `job_id`."""
        return f"wattwise.{self.value}"


_QUEUES = {
    JobKind.IMPORT: Queue.CONSUMPTION,
    JobKind.PREVIEW_IMPORT: Queue.CONSUMPTION,
    JobKind.UNDO_IMPORT: Queue.CONSUMPTION,
    JobKind.ROLL_UP: Queue.AGGREGATION,
    JobKind.PROFILE_METERS: Queue.AGGREGATION,
    JobKind.CLUSTER_CONSUMERS: Queue.CLUSTERING,
    JobKind.TRAIN_FORECASTERS: Queue.FORECASTING,
    JobKind.FORECAST_METERS: Queue.FORECASTING,
}


class JobState(StrEnum):
    WAITING = "waiting"  # not before `run_after`
    QUEUED = "queued"  # its id is in Redis
    RUNNING = "running"  # a worker holds its lease
    SUCCEEDED = "succeeded"
    DEAD = "dead"  # failed for good; a person may retry it
    CANCELLED = "cancelled"


LIVE_STATES = (JobState.WAITING, JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class RetryPolicy:
    """Attempt n waits `first_delay * 2**(n-1)`, at most `longest_delay`, spread by up to ±20 %."""

    max_attempts: int
    first_delay: timedelta
    longest_delay: timedelta


RETRY_POLICIES = {
    JobKind.IMPORT: RetryPolicy(8, timedelta(seconds=2), timedelta(minutes=10)),
    JobKind.PREVIEW_IMPORT: RetryPolicy(4, timedelta(seconds=2), timedelta(minutes=1)),
    JobKind.UNDO_IMPORT: RetryPolicy(8, timedelta(seconds=2), timedelta(minutes=10)),
    JobKind.ROLL_UP: RetryPolicy(8, timedelta(seconds=2), timedelta(minutes=10)),
    JobKind.PROFILE_METERS: RetryPolicy(4, timedelta(seconds=5), timedelta(minutes=10)),
    JobKind.CLUSTER_CONSUMERS: RetryPolicy(4, timedelta(seconds=5), timedelta(minutes=10)),
    JobKind.TRAIN_FORECASTERS: RetryPolicy(4, timedelta(seconds=5), timedelta(minutes=10)),
    JobKind.FORECAST_METERS: RetryPolicy(4, timedelta(seconds=5), timedelta(minutes=10)),
}

LEASE_DURATION = timedelta(seconds=20)
LEASE_RENEWAL = timedelta(seconds=5)
HEARTBEAT_INTERVAL = timedelta(seconds=5)
SILENT_AFTER = timedelta(seconds=20)
LEASE_HEADER = "X-Wattwise-Lease"  # "<job id>:<lease token>", on every write that a job makes


class JobRequest(Message):
    """A wish for a job; the answer is the live job of the same dedupe key where there is one, or the one that ended
    after `as_of`: the facts behind the wish did not know of it yet."""

    kind: JobKind
    organization_id: int
    scope: dict[str, object] = Field(default_factory=dict)
    dedupe_key: str
    priority: int = 0  # higher first
    as_of: UtcDatetime | None = None


class Job(Message):
    id: UUID
    kind: JobKind
    organization_id: int
    scope: dict[str, object]
    state: JobState
    priority: int = 0
    attempts: int = 0
    max_attempts: int = 1
    progress: float = 0.0  # 0..1
    message: str = ""
    error: str = ""
    result: dict[str, object] = Field(default_factory=dict)
    created_at: UtcDatetime
    started_at: UtcDatetime | None = None
    finished_at: UtcDatetime | None = None


class Claim(Message):
    """A job in a worker's hands. Every write carries `lease`; once it is lost, the worker stops."""

    job: Job
    lease_token: UUID
    lease_expires_at: UtcDatetime

    @property
    def lease(self) -> str:
        return f"{self.job.id}:{self.lease_token}"


class Renewal(Message):
    progress: float = 0.0
    message: str = ""


class Renewed(Message):
    lease_expires_at: UtcDatetime
    cancel_requested: bool = False


class Success(Message):
    message: str = ""
    result: dict[str, object] = Field(default_factory=dict)


class Failure(Message):
    """`permanent` failures (bad input) are not tried again."""

    error: str  # a sentence for people, with the remedy
    traceback: str = ""
    permanent: bool = False
    retry_after: timedelta | None = None  # somebody asked for so long a pause; None: as the retry policy says
    progressed: bool = False  # the next attempt goes on where this one came to: it costs none of the job's attempts


class DispatchRequest(Message):
    """Queues that Redis says are empty: jobs long queued there were lost and are sent again."""

    empty_queues: list[Queue] = Field(default_factory=list)


class Dispatch(Message):
    job_id: UUID
    kind: JobKind
    priority: int = 0
