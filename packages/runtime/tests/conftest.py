"""A stand-in for the backend's side of jobs, over real HTTP, so that workers can be tested as processes of their own.
tests/contract holds the real backend to the same answers."""

import json
import socketserver
import threading
import time
import wsgiref.simple_server
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from wattwise_contract.jobs import JobKind

Record = dict[str, Any]


class StandInBackend:
    """Jobs in memory, with leases as the real backend keeps them."""

    def __init__(self) -> None:
        self.jobs: dict[str, Record] = {}
        self.heartbeats: list[Record] = []
        self.claims: list[str] = []  # in the order in which they were claimed
        self.away = False
        self.seconds_to_answer_a_claim = 0.0
        self._lock = threading.Lock()

    def add_job(self, kind: JobKind, scope: Record | None = None) -> str:
        job_id = str(uuid4())
        with self._lock:
            self.jobs[job_id] = {
                "id": job_id, "kind": kind.value, "organization_id": 1, "scope": scope or {}, "state": "queued",
                "attempts": 0, "created_at": "2026-01-01T00:00:00Z", "lease": None, "renewals": [], "failures": [],
                "cancel_requested": False,
            }  # fmt: skip
        return job_id

    def state(self, job_id: str) -> str:
        return str(self.jobs[job_id]["state"])

    def wait_for(self, job_id: str, *states: str, seconds: float = 30) -> str:
        wait_until(lambda: self.state(job_id) in states, seconds, f"job {job_id} to be {states}")
        return self.state(job_id)

    def __call__(self, environ: Record, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        with self._lock:
            status, answer = self._answer(environ["PATH_INFO"].strip("/").split("/"), body, environ)
        if environ["PATH_INFO"].strip("/").endswith("/claim"):
            time.sleep(self.seconds_to_answer_a_claim)
        start_response(f"{status} -", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    def _answer(self, path: list[str], body: bytes, environ: Record) -> tuple[int, Record]:
        if self.away:
            return 503, {"error": "The backend is away."}
        message = json.loads(body or b"{}")
        if path == ["data", "heartbeats"]:
            self.heartbeats.append(message)
            return 204, {}
        job = self.jobs[path[2]]
        if path[3] == "claim":
            if job["state"] != "queued":
                return 409, {"error": f"The job is {job['state']}."}
            self.claims.append(job["id"])
            job.update(state="running", lease=str(uuid4()), attempts=job["attempts"] + 1, worker=message["worker"])
            return 200, {"job": job, "lease_token": job["lease"], "lease_expires_at": "2026-01-01T00:00:20Z"}
        if environ.get("HTTP_X_WATTWISE_LEASE") != f"{job['id']}:{job['lease']}":
            return 409, {"error": "The lease is no longer held."}
        return self._write(job, path[3], message)

    def _write(self, job: Record, what: str, message: Record) -> tuple[int, Record]:
        if what == "renew":
            job["renewals"].append(message)
            return 200, {"lease_expires_at": "2026-01-01T00:00:20Z", "cancel_requested": job["cancel_requested"]}
        if what == "succeed":
            job.update(state="succeeded", lease=None, **message)
        else:
            job["failures"].append(message)
            job.update(state="dead" if message["permanent"] else "waiting", lease=None)
        return 204, {}


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class _Threaded(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True
    url = ""


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)


@pytest.fixture
def backend() -> Iterator[StandInBackend]:
    stand_in = StandInBackend()
    with wsgiref.simple_server.make_server(
        "127.0.0.1", 0, stand_in, server_class=_Threaded, handler_class=_Quiet
    ) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        stand_in.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
        yield stand_in
        server.shutdown()


@pytest.fixture
def until() -> Callable[[Callable[[], bool], float, str], None]:
    return wait_until
