"""One round of the scheduler: look, wish, hand over to Redis."""

from collections.abc import Callable, Mapping
from uuid import UUID

import structlog

from wattwise_client import Wattwise, WattwiseError
from wattwise_contract.jobs import Job, Queue
from wattwise_runtime.broker import Broker, BrokerAway

from . import rules

log = structlog.get_logger(__name__)
REMEMBERED = 10_000  # jobs whose wish was logged


class Scheduler:
    """Keeps nothing that matters: killed at any instant, or run twice at once, it does no harm."""

    def __init__(self, api: Wattwise, broker: Broker) -> None:
        self._api = api
        self._broker = broker
        self._logged: dict[UUID, None] = {}
        self._trouble: dict[str, str] = {}
        self.queue_lengths: Mapping[Queue, int] = {}

    def round(self) -> None:
        """Never raises for what may be away: it is said once, and tried again in the next round."""
        self._attempt("wishing for jobs", self._wish)
        self._attempt("handing jobs over", self._hand_over)

    def _wish(self) -> None:
        wishes = rules.due(self._api.work.scheduler_facts())
        if wishes:
            for job in self._api.work.request_jobs(wishes):
                self._log_once(job)

    def _hand_over(self) -> None:
        """While Redis is away nothing is dispatched. A job that Redis took and lost comes again: its queue is empty."""
        self.queue_lengths = self._broker.queue_lengths()
        empty = [queue for queue, length in self.queue_lengths.items() if not length]
        for dispatch in self._api.work.dispatch(empty):
            self._broker.send(dispatch.job_id, dispatch.kind, dispatch.priority)
            log.info("job sent", job=str(dispatch.job_id), kind=dispatch.kind)

    def _attempt(self, what: str, step: Callable[[], None]) -> None:
        try:
            step()
        except (WattwiseError, BrokerAway) as error:
            if self._trouble.get(what) != type(error).__name__:
                log.warning("failed, trying again every second", step=what, reason=str(error))
            self._trouble[what] = type(error).__name__
        else:
            if self._trouble.pop(what, None):
                log.info("works again", step=what)

    def _log_once(self, job: Job) -> None:
        if job.id in self._logged:
            return
        log.info("job wished for", job=str(job.id), kind=job.kind, organization=job.organization_id)
        self._logged[job.id] = None
        while len(self._logged) > REMEMBERED:
            del self._logged[next(iter(self._logged))]
