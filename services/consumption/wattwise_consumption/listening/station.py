"""One source that is listened to, in a thread of its own: take in, keep, acknowledge, cut off."""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from wattwise_client import LeaseLost, Unreachable, Wattwise
from wattwise_consumption.guard import Guard
from wattwise_consumption.problems import CannotFetch, NotNow
from wattwise_contract.sources import ListenerReport, ListenerTask

from .kind import Connection, Delivery, HeardSettings, ListenerKind, ListenOrder
from .pieces import Pieces
from .spool import Spool

log = structlog.get_logger(__name__)
_TAKES = 0.25  # seconds of taking in, before it is kept
_BATCH = 500  # messages kept at once
_MOST_WAITING = 2_000  # messages in memory, while the platform is away
_MOST_SPOOLED = 300_000  # messages of one interval
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)  # seconds before the broker is tried again
_FLOOD = (
    "More than {:,} messages came within one interval. What comes now waits at the broker. "
    "Choose narrower topics, or a shorter resolution."
)


@dataclass(frozen=True)
class Surroundings:
    """What all stations share."""

    api: Wattwise
    guard: Guard
    scratch: Path | None
    clock: Callable[[], datetime]


class Station:
    """Runs until it is told to stop, or until the source is in other hands. Whatever ends it, nothing that was
    acknowledged is lost, and what was not comes again."""

    def __init__(self, task: ListenerTask, kind: ListenerKind, settings: HeardSettings, around: Surroundings) -> None:
        self.task = task
        self._kind = kind
        self._settings = settings
        self._around = around
        self._filters = sorted({topic.subscription for topic in settings.topics})
        self._stop = threading.Event()
        self._waiting: deque[Delivery] = deque()
        self._platform_is_away = False
        self._error = ""
        self._heard_at: datetime | None = None
        self._thread = threading.Thread(target=self._run, name=f"listening-{task.source_id}", daemon=True)
        self._thread.start()

    @property
    def report(self) -> ListenerReport:
        return ListenerReport(source_id=self.task.source_id, error=self._error, heard_at=self._heard_at)

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def stop(self) -> None:
        self._stop.set()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            with TemporaryDirectory(prefix="wattwise-listening-", dir=self._around.scratch) as folder:
                self._listen_for_good(Path(folder))
        except LeaseLost:
            log.info("no longer ours to listen to", source=self.task.source_id)
        except Unreachable as error:  # of a cut, whose outcome is not known: begin again from what is
            log.warning("listening anew", source=self.task.source_id, reason=str(error))
        except Exception:
            self._error = "Listening failed for a reason that is in the worker's log. It is tried again by itself."
            log.exception("listening failed", source=self.task.source_id)

    def _listen_for_good(self, folder: Path) -> None:
        spool = Spool(self._around.api, self.task)
        pieces = Pieces(
            self._around.api, self.task, self._settings.reading(self._zone), grace=self._settings.grace, scratch=folder
        )
        failures = 0
        while not self._stop.is_set():
            try:
                with closing(self._connection(folder, spool)) as connection:
                    failures, self._error = 0, ""
                    self._listen(connection, spool, pieces)
            except (CannotFetch, NotNow) as problem:
                self._error = str(problem)
                log.warning("not listening", source=self.task.source_id, reason=self._error)
                failures += 3 if isinstance(problem, CannotFetch) and not failures else 1
            self._stop.wait(_PAUSES[min(failures, len(_PAUSES)) - 1] if failures else 0)

    @property
    def _zone(self) -> str:
        return self.task.recipe.timezone or self.task.organization_timezone

    def _connection(self, folder: Path, spool: Spool) -> Connection:
        while self._platform_is_away and not self._stop.wait(1.0):  # whoever has the source by now may be connected
            self._platform_is_away = not spool.is_ours()
        before = self.task.cursor.get("filters")
        order = ListenOrder(
            settings=self._settings, identity=self.task.identity, guard=self._around.guard, scratch=folder,
            clock=self._around.clock, filters=frozenset(map(str, before)) if isinstance(before, list) else frozenset(),
        )  # fmt: skip
        return self._kind.connection(order)

    def _listen(self, connection: Connection, spool: Spool, pieces: Pieces) -> None:
        connected_at, looked_at = self._around.clock(), 0.0
        while not self._stop.is_set():
            self._take_in(connection, spool)
            self._keep(spool)
            settled = (self._around.clock() - connected_at).total_seconds() * 1e6 >= self._settings.grace
            if settled and time.monotonic() - looked_at >= 1.0 and not self._platform_is_away:
                looked_at = time.monotonic()
                if not self._waiting and pieces.is_due(self._around.clock()):
                    pieces.cut(spool, self._around.clock(), self._filters)

    def _take_in(self, connection: Connection, spool: Spool) -> None:
        """Where there is no room, the broker has to wait: it is not acknowledged, nor read from."""
        is_flooded = spool.count > _MOST_SPOOLED
        if is_flooded or len(self._waiting) >= _MOST_WAITING:
            self._error = _FLOOD.format(_MOST_SPOOLED) if is_flooded else self._error
            connection.rest()
            self._stop.wait(_TAKES)
            return
        self._error = ""
        came = connection.poll(_TAKES)
        self._waiting.extend(came)
        self._heard_at = self._around.clock() if came else self._heard_at

    def _keep(self, spool: Spool) -> None:
        """Acknowledged is only what is safe."""
        while self._waiting:
            batch = list(islice(self._waiting, _BATCH))
            try:
                spool.keep(batch)
            except Unreachable as error:
                if not self._platform_is_away:
                    log.warning("the platform is away: nothing is acknowledged", reason=str(error))
                self._platform_is_away = True
                return
            self._platform_is_away = False
            for _ in batch:
                self._waiting.popleft().acknowledge()
