"""The web server's worker: gunicorn's threads, of which slow clients never keep all."""

import threading
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from .platform.bodies import WATCH, Head

_FOR_OTHERS = 4  # threads that are never left waiting for slow clients


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn waits for the head of a request for as long as a byte of it comes now and then. `bodies.guarded` looks
    after what follows the head."""

    def init_process(self) -> None:
        WATCH.most_slow = max(int(self.cfg.threads) - _FOR_OTHERS, 1)
        self._here = threading.local()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        self._here.head = head = Head(conn.sock)
        WATCH.add(head)
        try:
            return super().handle(conn)
        finally:
            WATCH.remove(head)

    def handle_request(self, req: Any, conn: Any) -> Any:
        WATCH.remove(self._here.head)  # it is there, whole
        return super().handle_request(req, conn)
