"""What every worker needs to run: Celery app, job lease, heartbeats, settings base, logs, metrics."""

from .heartbeat import Heartbeats
from .run import Cancelled, JobRun, PermanentFailure
from .settings import ServiceSettings, load
from .worker import Worker

__all__ = ["Cancelled", "Heartbeats", "JobRun", "PermanentFailure", "ServiceSettings", "Worker", "load"]
