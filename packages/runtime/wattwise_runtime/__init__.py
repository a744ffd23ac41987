"""What every worker needs to run: Celery app, job lease, heartbeats, settings base, logs, metrics."""

from .beside import Beside
from .heartbeat import Heartbeats
from .run import Cancelled, JobRun, PermanentFailure, TemporaryFailure
from .settings import ServiceSettings, load
from .worker import Worker

__all__ = [
    "Beside",
    "Cancelled",
    "Heartbeats",
    "JobRun",
    "PermanentFailure",
    "ServiceSettings",
    "TemporaryFailure",
    "Worker",
    "load",
]
