"""A worker: takes job ids of one queue from Redis and carries the jobs out, one at a time."""

import signal
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import FrameType
from uuid import UUID

import structlog
from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import setup_logging, worker_ready
from celery.worker import state as celery_state

from wattwise_client import Wattwise
from wattwise_contract.jobs import JobKind, Queue, Success
from wattwise_contract.scheduling import ServiceName

from . import logs, metrics
from .beside import Beside, Threads
from .broker import celery_app
from .heartbeat import Heartbeats, instance_name
from .run import Interrupted, JobRun, execute
from .settings import ServiceSettings, load

log = structlog.get_logger(__name__)
Pipeline = Callable[[JobRun], Success | None]
SHORT_PATIENCE = timedelta(seconds=3)
CLAIM_OR_REPORT_SECONDS = 3


class Worker:
    """A service that carries out the jobs of its queue.

        worker = Worker(ServiceName.AGGREGATION, Settings)

        @worker.job(JobKind.ROLL_UP)
        def roll_up(run: JobRun) -> Success: ...

    `settings` is a ServiceSettings class, read from the environment when the worker starts (so that importing tasks.py
    needs none), or an object of one."""

    def __init__(
        self, service: ServiceName, settings: type[ServiceSettings] | ServiceSettings = ServiceSettings
    ) -> None:
        self.service = service
        self.queue = Queue(service.value)
        self.pipelines: dict[JobKind, Pipeline] = {}
        self._beside: list[Callable[[Beside], None]] = []
        self._given_settings = settings
        self._running = False
        self._interruptible = False
        self._told_to_stop = False

    @cached_property
    def settings(self) -> ServiceSettings:
        given = self._given_settings
        return load(given) if isinstance(given, type) else given

    def job(self, kind: JobKind) -> Callable[[Pipeline], Pipeline]:
        """Registers the function that carries out jobs of this kind. It raises PermanentFailure for bad input; anything
        else that it raises is tried again."""
        if kind.queue is not self.queue:
            raise ValueError(f"{kind} jobs are in the queue {kind.queue}, not in {self.queue}.")

        def register(pipeline: Pipeline) -> Pipeline:
            self.pipelines[kind] = pipeline
            return pipeline

        return register

    def beside(self, function: Callable[[Beside], None]) -> Callable[[Beside], None]:
        """Registers what runs in a thread of its own while the worker lives."""
        self._beside.append(function)
        return function

    def carry_out(self, kind: JobKind, job_id: UUID | str, *, api: Wattwise, renewals: Wattwise | None = None) -> str:
        """Runs one job in this thread and answers its outcome; what the queue calls, and tests may."""
        started_at = time.monotonic()
        now = datetime.now(UTC)  # noqa: TID251 - the edge of every worker: pipelines are told
        pipeline = self._interruptibly(self.pipelines[kind])
        outcome = execute(pipeline, job_id, api=api, worker=instance_name(), now=now, renewals=renewals)
        metrics.JOBS.labels(kind, outcome).inc()
        metrics.JOB_SECONDS.labels(kind).observe(time.monotonic() - started_at)
        return outcome

    def main(self) -> None:
        """Runs until SIGTERM or SIGINT; waits for Redis and the backend whenever they are away."""
        settings = self.settings
        logs.configure(self.service, level=settings.log_level, secrets=settings.secrets)
        if settings.metrics_port:
            metrics.serve(settings.metrics_port)
        started_at = datetime.now(UTC)  # noqa: TID251 - the process's start
        with (
            self._client(settings.patience) as api,
            self._client(SHORT_PATIENCE) as aside,
            Heartbeats(aside, self.service, started_at=started_at),
            Threads(self._beside, aside),
        ):
            app = self._celery(api, aside)
            log.info("worker started", queue=self.queue.value, backend=settings.backend_url)
            sys.exit(self._consume(app))

    def _consume(self, app: Celery) -> int:
        # It warns about running as root for fear of pickle; ours takes nothing but JSON.
        warnings.simplefilter("ignore", SecurityWarning)
        # What Celery's own command does, without its import of an interactive shell (a second at each start).
        consumer = app.Worker(
            hostname=f"{self.service}@{instance_name()}",
            pool_cls="solo",
            queues=[self.queue.value],
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
        )
        consumer.start()
        return int(consumer.exitcode or 0)

    def _client(self, patience: timedelta) -> Wattwise:
        return Wattwise(self.settings.backend_url, self.settings.token.get_secret_value(), patience=patience)

    def _celery(self, api: Wattwise, aside: Wattwise) -> Celery:
        app = celery_app(f"wattwise-{self.service}", self.settings.redis_url.get_secret_value(), queues=(self.queue,))
        for kind in self.pipelines:
            app.task(name=kind.task_name)(self._task(kind, api, aside))
        setup_logging.connect(_leave_logging_alone)
        worker_ready.connect(self._stop_when_told)
        return app

    def _task(self, kind: JobKind, api: Wattwise, aside: Wattwise) -> Callable[..., None]:
        def task(job_id: str, **_: object) -> None:
            self._running = True
            try:
                self.carry_out(kind, job_id, api=api, renewals=aside)
            except Interrupted:
                log.info("stopped in the middle of a job, which was handed back", job=job_id)
            finally:
                self._running = False

        return task

    def _interruptibly(self, pipeline: Pipeline) -> Pipeline:
        """The pipeline, which a stop may interrupt. Not so the claim before it and the report after it: a lease that
        was granted while the answer was thrown away would keep the job from everybody until it runs out."""

        def interruptible(run: JobRun) -> Success | None:
            self._interruptible = True
            try:
                if self._told_to_stop:
                    raise Interrupted
                return pipeline(run)
            finally:
                self._interruptible = False

        return interruptible

    def _stop_when_told(self, **_: object) -> None:
        """Celery would end the running job first; ours goes back to the queue, so that stopping takes no time."""

        def interrupt(number: int, frame: FrameType | None) -> None:
            if self._running:
                raise Interrupted

        def stop(number: int, frame: FrameType | None) -> None:
            celery_state.should_stop = 0  # type: ignore[assignment]  # Celery's exit code, None until it is to stop
            self._told_to_stop = True
            if self._interruptible:
                self._interruptible = False
                raise Interrupted
            signal.alarm(CLAIM_OR_REPORT_SECONDS)  # for a backend that is away

        signal.signal(signal.SIGALRM, interrupt)
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)


def _leave_logging_alone(**_: object) -> None:
    """Connected to Celery's signal, this keeps it from setting logging up itself."""
