"""A worker that only listens, as a process of its own that a test may kill: URL, token, and a clock that runs faster."""

import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

from wattwise_client import Wattwise
from wattwise_consumption.guard import Guard
from wattwise_consumption.listening import Holder, Surroundings, hold_sources
from wattwise_consumption.sources.kinds import listener_kinds


def main(url: str, token: str, started: float, speed: float, start: str) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def clock() -> datetime:
        return datetime.fromisoformat(start).astimezone(UTC) + timedelta(seconds=(time.time() - started) * speed)

    with Wattwise(url, token, patience=timedelta(seconds=3)) as api:
        around = Surroundings(api, Guard.allowing(["127.0.0.1"]), None, clock)
        hold_sources(Holder(f"listener:{os.getpid()}", listener_kinds(), around), stop)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]), sys.argv[5])
