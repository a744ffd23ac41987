"""A stand-in for the backend's side of imports, over real HTTP: jobs, files and undos, as the contract has them."""

import json
import threading
import wsgiref.simple_server
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from wattwise_contract.imports import ImportTask
from wattwise_contract.jobs import JobKind

Record = dict[str, Any]


class StandInBackend:
    """One job, one import; `calls` are the paths asked for that are no job's."""

    def __init__(self, kind: JobKind, task: ImportTask | None = None, files: list[bytes] | None = None) -> None:
        self.url = ""
        self.job: Record = {
            "id": str(uuid4()), "kind": kind.value, "organization_id": 1, "scope": {"import_id": 12}, "state": "queued",
            "created_at": "2026-01-01T00:00:00Z", "lease": str(uuid4()),
        }  # fmt: skip
        self.task, self.files = task, files or []
        self.failures: list[Record] = []
        self.progress: list[float] = []
        self.calls: list[str] = []
        self.undone, self.left, self.each = 0, 0, 0
        self.cancel_after = 1_000
        self.breaks_at = 0

    def __call__(self, environ: Record, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"].strip("/").split("/")
        status, answer = (
            self._job(path[3], json.loads(body or b"{}")) if path[1] == "jobs" else self._import(path, environ)
        )
        start_response(f"{status} -", [("Content-Type", "application/json")])
        return [answer if isinstance(answer, bytes) else json.dumps(answer).encode()]

    def _job(self, what: str, message: Record) -> tuple[int, Record]:
        lease = {"lease_token": self.job["lease"], "lease_expires_at": "2026-01-01T00:00:20Z"}
        if what == "claim":
            return 200, {"job": self.job, **lease}
        if what == "renew":
            self.progress.append(message["progress"])
            return 200, lease | {"cancel_requested": len(self.calls) > self.cancel_after}
        if what == "succeed":
            self.job.update(state="succeeded", **message)
        else:
            self.failures.append(message)
        return 204, {}

    def _import(self, path: list[str], environ: Record) -> tuple[int, Record | bytes]:
        self.calls.append("/".join([environ["REQUEST_METHOD"], *path]))
        if path[-1] == "undo":
            return self._undo(environ)
        if path[3:4] == ["files"]:
            return 200, self.files[int(path[4])]
        assert self.task is not None
        return 200, self.task.model_dump(mode="json")

    def _undo(self, environ: Record) -> tuple[int, Record]:
        if environ.get("HTTP_X_WATTWISE_LEASE") != f"{self.job['id']}:{self.job['lease']}":
            return 409, {"error": "The lease is no longer held."}
        if self.breaks_at and self.undone >= self.breaks_at:
            return 409, {"error": "The lease is no longer held."}
        some = min(self.each, self.left)
        self.undone, self.left = self.undone + some, self.left - some
        return 200, {"undone": self.undone, "left": self.left}


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(stand_in: StandInBackend) -> Iterator[StandInBackend]:
    with wsgiref.simple_server.make_server("127.0.0.1", 0, stand_in, handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        stand_in.url = f"http://127.0.0.1:{server.server_port}"
        yield stand_in
        server.shutdown()
