"""Which sources this worker listens to: it asks the platform for them, keeps their leases alive, and gives them back."""

import threading
import time
from dataclasses import dataclass, field

import structlog

from wattwise_client import WattwiseError
from wattwise_consumption.fetching import validated
from wattwise_consumption.problems import CannotFetch
from wattwise_contract.jobs import LEASE_DURATION
from wattwise_contract.sources import ListenerReport, ListenerTask, ListenerWish

from .kind import ListenerKind
from .station import Station, Surroundings

log = structlog.get_logger(__name__)
_EVERY = LEASE_DURATION.total_seconds() / 5
_PAUSES = (0.0, 2.0, 5.0, 15.0, 60.0)  # seconds before a station that ended is opened again


def hold_sources(holder: "Holder", stop: threading.Event) -> None:
    """Until `stop` is set."""
    try:
        while not stop.is_set():
            try:
                holder.look()
            except Exception:
                log.exception("looking after the listened sources failed, trying again")
            stop.wait(_EVERY)
    finally:
        holder.give_back()


@dataclass
class _Held:
    """A source in this worker's hands; `station` is None where its settings are no good, as `error` says."""

    task: ListenerTask
    station: Station | None
    error: str = ""
    ended: int = 0
    opens_at: float = 0.0


@dataclass
class Holder:
    """`kinds`: by name, those that this worker can listen to."""

    worker: str
    kinds: dict[str, ListenerKind]
    around: Surroundings
    held: dict[int, _Held] = field(default_factory=dict)

    def look(self) -> None:
        """Renews the leases, opens and closes stations. While the platform is away, everything stays as it is."""
        wish = ListenerWish(worker=self.worker, kinds=sorted(self.kinds), reports=[*self._reports()])
        try:
            tasks = {task.source_id: task for task in self.around.api.work.listeners(wish)}
        except WattwiseError as error:
            log.debug("the platform did not answer", reason=str(error))
            return
        for source_id in [*self.held.keys() - tasks.keys()]:
            self._let_go(source_id)
        for task in tasks.values():
            self._hold(task)

    def give_back(self) -> None:
        """Within a second."""
        deadline = time.monotonic() + 0.8
        for held in self.held.values():
            if held.station is not None:
                held.station.stop()
        for held in self.held.values():
            if held.station is not None:
                held.station.join(max(deadline - time.monotonic(), 0))
        if self.held:
            try:
                self.around.api.work.listeners(ListenerWish(worker=self.worker, kinds=sorted(self.kinds), most=0))
            except WattwiseError as error:
                log.warning("the sources could not be given back: their leases run out", reason=str(error))
        self.held.clear()

    def _reports(self) -> list[ListenerReport]:
        return [
            held.station.report if held.station is not None else ListenerReport(source_id=number, error=held.error)
            for number, held in self.held.items()
        ]

    def _hold(self, task: ListenerTask) -> None:
        held = self.held.get(task.source_id)
        if held is None:
            self.held[task.source_id] = self._opened(task)
        elif held.station is None:
            self.held[task.source_id] = self._opened(task) if _is_other(held.task, task) else held
        elif held.station.is_over:
            self._open_again(held, task)
        elif _is_other(held.task, task):
            held.station.stop()

    def _open_again(self, held: _Held, task: ListenerTask) -> None:
        """What ended goes on from where it came to: never at once, for this answer may be older than its end."""
        if held.opens_at == 0.0:
            pause = 0.0 if _is_other(held.task, task) else _PAUSES[min(held.ended, len(_PAUSES) - 1)]
            held.opens_at = time.monotonic() + pause
        elif time.monotonic() >= held.opens_at:
            self.held[task.source_id] = again = self._opened(task)
            again.ended = 0 if _is_other(held.task, task) else held.ended + 1

    def _opened(self, task: ListenerTask) -> _Held:
        kind = self.kinds[task.kind]
        try:
            settings = validated(kind.Settings, task.settings)
        except CannotFetch as problem:
            return _Held(task, None, str(problem))
        return _Held(task, Station(task, kind, settings, self.around))

    def _let_go(self, source_id: int) -> None:
        station = self.held[source_id].station
        if station is not None:
            station.stop()
        if station is None or station.is_over:
            del self.held[source_id]


def _is_other(before: ListenerTask, now: ListenerTask) -> bool:
    return (before.lease, before.settings, before.recipe) != (now.lease, now.settings, now.recipe)
