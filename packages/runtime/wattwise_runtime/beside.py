"""What a worker does beside its jobs: functions in threads of their own, from its start to its end."""

import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

import structlog

from wattwise_client import Wattwise, WattwiseError

log = structlog.get_logger(__name__)
LONGEST_PAUSE = 60.0


class Beside:
    """What such a function is given: `api`, and `stop`, which is set when the worker ends."""

    def __init__(self, api: Wattwise, stop: threading.Event) -> None:
        self.api = api
        self.stop = stop

    def until_it_works(self, call: Callable[[Wattwise], object]) -> None:
        """Calls again after a pause that grows, until the platform takes it or the worker ends."""
        pause = 1.0
        while not self.stop.is_set():
            try:
                call(self.api)
            except WattwiseError as error:
                log.warning("not taken by the platform, trying again", reason=str(error), seconds=pause)
            else:
                return
            self.stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


class Threads:
    """The functions run while the `with` block lasts. One that raises is told in the log, and leaves the jobs alone."""

    def __init__(self, functions: Sequence[Callable[[Beside], None]], api: Wattwise) -> None:
        self._stop = threading.Event()
        beside = Beside(api, self._stop)
        self._threads = [
            threading.Thread(target=_told, args=(function, beside), name=function.__name__, daemon=True)
            for function in functions
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=2)


def _told(function: Callable[[Beside], None], beside: Beside) -> None:
    try:
        function(beside)
    except Exception:
        log.exception("a worker's side task failed", task=function.__name__)
