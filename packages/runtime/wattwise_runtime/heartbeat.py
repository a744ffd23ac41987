"""Heartbeats: a thread that tells the backend every few seconds that this service lives."""

import os
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import version
from types import TracebackType
from typing import Self

import structlog

from wattwise_client import Wattwise, WattwiseError
from wattwise_contract.jobs import HEARTBEAT_INTERVAL, Queue
from wattwise_contract.scheduling import Heartbeat, ServiceName

log = structlog.get_logger(__name__)


def instance_name() -> str:
    """This process, as the operations page and the jobs' stories name it."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Heartbeats:
    """Beats while the `with` block lasts. A backend that is away is said once, and once when it is back."""

    def __init__(
        self,
        api: Wattwise,
        service: ServiceName,
        *,
        started_at: datetime,
        queue_lengths: Callable[[], Mapping[Queue, int]] = dict,
    ) -> None:
        self._api = api
        self._service = service
        self._started_at = started_at
        self._queue_lengths = queue_lengths
        self._away = False
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeats", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join(timeout=1)

    def _beat(self) -> None:
        while not self._done.is_set():
            self._send()
            # A backend that starts at the same time as we do should hear of us soon.
            self._done.wait(1.0 if self._away else HEARTBEAT_INTERVAL.total_seconds())

    def _send(self) -> None:
        heartbeat = Heartbeat(
            service=self._service,
            instance=instance_name(),
            version=version(f"wattwise-{self._service}"),
            started_at=self._started_at,
            queue_lengths=dict(self._queue_lengths()),
        )
        try:
            self._api.work.heartbeat(heartbeat)
        except WattwiseError as error:
            if not self._away:
                log.warning("heartbeat not delivered", reason=str(error))
            self._away = True
        else:
            if self._away:
                log.info("backend reached")
            self._away = False
