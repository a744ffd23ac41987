"""One round of the scheduler: look, wish, hand over to Redis."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

import structlog

from wattwise_client import Unreachable, Wattwise, WattwiseError
from wattwise_contract.jobs import LEASE_DURATION, LEASE_RENEWAL, Job, Queue
from wattwise_runtime.broker import Broker, BrokerAway

from . import rules

log = structlog.get_logger(__name__)
TIDY_AFTER_START, TIDY_EVERY = timedelta(minutes=10), timedelta(hours=1)
REMEMBERED = 10_000  # jobs whose wish was logged
LONG_AWAY = LEASE_DURATION - 2 * LEASE_RENEWAL  # an absence of the backend in which leases may have run out


class Scheduler:
    """Keeps nothing that matters: killed at any instant, or run twice at once, it does no harm."""

    def __init__(self, api: Wattwise, broker: Broker, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._reached_at: float | None = None
        self._hold_until = clock()
        self._tidy_at = clock() + TIDY_AFTER_START.total_seconds()
        self._broker = broker
        self._logged: dict[UUID, None] = {}
        self._trouble: dict[str, type[Exception]] = {}
        self.queue_lengths: Mapping[Queue, int] = {}

    def round(self) -> None:
        """Never raises for what may be away: it is said once, and tried again in the next round."""
        reached = self._attempt("wishing for jobs", self._wish) is not Unreachable
        if reached and self._clock() >= self._hold_until:
            self._attempt("handing jobs over", self._hand_over)
        if reached and self._clock() >= self._tidy_at:
            self._attempt("tidying up", self._tidy_up)

    def _wish(self) -> None:
        facts = self._api.work.scheduler_facts()
        self._notice_absence()
        if started := self._api.work.start_due_sources():
            log.info("sources are asked", imports=started)
        wishes = rules.due(facts)
        if wishes:
            for job in self._api.work.request_jobs(wishes):
                self._log_once(job)

    def _notice_absence(self) -> None:
        """After a long absence of the backend its workers come first: whoever still works renews its lease before
        dispatching takes jobs back from the vanished. A platform that starts has nobody to wait for."""
        now = self._clock()
        if self._reached_at is not None and now - self._reached_at > LONG_AWAY.total_seconds():
            self._hold_until = now + LEASE_RENEWAL.total_seconds()
        self._reached_at = now

    def _tidy_up(self) -> None:
        self._tidy_at = self._clock() + TIDY_EVERY.total_seconds()
        if folders := self._api.work.tidy_up():
            log.info("files that were kept for long enough are gone", folders=folders)

    def _hand_over(self) -> None:
        """While Redis is away nothing is dispatched. A job that Redis took and lost comes again: its queue is empty."""
        self.queue_lengths = self._broker.queue_lengths()
        empty = [queue for queue, length in self.queue_lengths.items() if not length]
        for dispatch in self._api.work.dispatch(empty):
            self._broker.send(dispatch.job_id, dispatch.kind, dispatch.priority)
            log.info("job sent", job=str(dispatch.job_id), kind=dispatch.kind)

    def _attempt(self, what: str, step: Callable[[], None]) -> type[Exception] | None:
        try:
            step()
        except (WattwiseError, BrokerAway) as error:
            kind = type(error)
            if self._trouble.get(what) is not kind:
                log.warning("failed, trying again every second", step=what, reason=str(error))
            self._trouble[what] = kind
            return kind
        if self._trouble.pop(what, None):
            log.info("works again", step=what)
        return None

    def _log_once(self, job: Job) -> None:
        if job.id in self._logged:
            return
        log.info("job wished for", job=str(job.id), kind=job.kind, organization=job.organization_id)
        self._logged[job.id] = None
        while len(self._logged) > REMEMBERED:
            del self._logged[next(iter(self._logged))]
