"""One job in a worker's hands: its lease renewed, its progress told, its end reported."""

import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self
from uuid import UUID

import structlog

from wattwise_client import LeaseLost, NotFound, Refused, Wattwise, WattwiseError
from wattwise_contract.jobs import LEASE_RENEWAL, Claim, Failure, Job, Success

log = structlog.get_logger(__name__)
SOONEST_RENEWAL = 0.5  # seconds: how often progress is worth a request
AFTER_FAILURE = 1.0


class PermanentFailure(Exception):
    """Raised by a pipeline for input that no repetition will make good. Its text is a sentence with the remedy."""


class TemporaryFailure(Exception):
    """Raised by a pipeline for what may pass by itself: the job is tried again, not before `retry_after` where somebody
    asked for that. Its text is a sentence for people. `progressed`: the next attempt goes on where this one came to."""

    def __init__(self, sentence: str, *, retry_after: timedelta | None = None, progressed: bool = False) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        self.progressed = progressed


class Cancelled(Exception):
    """Somebody asked for this job to stop."""


EXPECTED = (PermanentFailure, TemporaryFailure, Cancelled)


class Interrupted(BaseException):
    """This process was told to stop; the job goes back to the queue."""


class JobRun:
    """What a pipeline is given: `api` to read and write with, `claim` for every write, `now`, `progress`, `check`.

    The lease is renewed by a thread while the `with` block lasts, also through long computations."""

    def __init__(self, api: Wattwise, claim: Claim, *, now: datetime, renewals: Wattwise | None = None) -> None:
        self.api = api
        self.claim = claim
        self.now = now
        self._renewals = renewals or api
        self._progress = (0.0, "")
        self._lost = threading.Event()
        self._cancelled = threading.Event()
        self._wake = threading.Event()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep_lease, name="lease", daemon=True)

    @property
    def job(self) -> Job:
        return self.claim.job

    @property
    def lost(self) -> bool:
        return self._lost.is_set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def progress(self, fraction: float, message: str = "") -> None:
        """Tells people how far the job is (0..1). Cheap: call it as often as you like. Raises as `check` does."""
        self._progress = (min(max(fraction, 0.0), 1.0), message)
        self._wake.set()
        self.check()

    def check(self) -> None:
        """Raises LeaseLost or Cancelled where going on would be in vain. Call it between steps."""
        if self.lost:
            raise LeaseLost(f"Job {self.job.id} is in other hands by now.", status=409)
        if self.cancelled:
            raise Cancelled

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._wake.set()
        self._thread.join(timeout=5)

    def _keep_lease(self) -> None:
        tried_at, pause = time.monotonic(), LEASE_RENEWAL.total_seconds()
        while not self._done.is_set() and not self.lost:
            self._wake.wait(max(0.0, pause - (time.monotonic() - tried_at)))
            if self._done.wait(max(0.0, SOONEST_RENEWAL - (time.monotonic() - tried_at))):
                return
            self._wake.clear()
            # A backend that comes back must hear of us before it gives the job to somebody else.
            pause = LEASE_RENEWAL.total_seconds() if self._renew() else AFTER_FAILURE
            tried_at = time.monotonic()

    def _renew(self) -> bool:
        fraction, message = self._progress
        try:
            renewed = self._renewals.work.renew(self.claim, fraction, message)
        except (LeaseLost, NotFound):
            self._lost.set()
        except WattwiseError as error:
            log.warning("lease not renewed, trying again", reason=str(error))
            return False
        else:
            if renewed.cancel_requested:
                self._cancelled.set()
        return True


def execute(
    pipeline: Callable[[JobRun], Success | None],
    job_id: UUID | str,
    *,
    api: Wattwise,
    worker: str,
    now: datetime,
    renewals: Wattwise | None = None,
) -> str:
    """Claims the job, runs the pipeline, reports the end. Answers the outcome in a word; raises nothing but
    Interrupted, and that only after the job was handed back. A job that is not to be had is left alone."""
    try:
        claim = api.work.claim(job_id, worker)
    except (LeaseLost, NotFound):
        return "not ours"
    except WattwiseError as error:
        # The scheduler sends it again: nobody holds its lease.
        log.warning("job not claimed", job=str(job_id), reason=str(error))
        return "unreachable"
    with structlog.contextvars.bound_contextvars(job=str(job_id), kind=claim.job.kind):
        outcome = _carry_out(pipeline, JobRun(api, claim, now=now, renewals=renewals))
        log.info("job ended", outcome=outcome)
        return outcome


def _carry_out(pipeline: Callable[[JobRun], Success | None], run: JobRun) -> str:
    try:
        with run:
            success = pipeline(run) or Success()
            run.check()
            run.api.work.succeed(run.claim, success.message, success.result)
            return "succeeded"
    except LeaseLost:
        return "lease lost"
    except Interrupted:
        sentence = "Its worker was stopped; the job starts again by itself."
        _report(run, Failure(error=sentence))
        raise
    except Exception as error:  # whatever a pipeline meets becomes the job's story
        log.warning("job failed", exc_info=not isinstance(error, EXPECTED))
        return _report(run, _failure(error))


def _failure(error: Exception) -> Failure:
    story = "".join(traceback.format_exception(error))
    match error:
        case Cancelled():
            return Failure(error="Cancelled on request.", permanent=True)
        case PermanentFailure():
            return Failure(error=str(error), permanent=True)
        case TemporaryFailure():
            return Failure(error=str(error), retry_after=error.retry_after, progressed=error.progressed)
        case Refused(status=400 | 404 | 410 | 413 | 422):
            return Failure(error=str(error), traceback=story, permanent=True)
        case WattwiseError():
            return Failure(error=str(error), traceback=story)
        case _:
            sentence = f"The worker failed ({type(error).__name__}: {error}). It is tried again by itself."
            return Failure(error=sentence, traceback=story)


def _report(run: JobRun, failure: Failure) -> str:
    try:
        run.api.work.fail(run.claim, failure)
    except WattwiseError as error:
        # Nothing is lost: the lease runs out, and the job is tried again.
        log.warning("failure not reported", reason=str(error))
    return "failed for good" if failure.permanent else "failed"
