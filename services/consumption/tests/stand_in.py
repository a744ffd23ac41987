"""A stand-in for the backend's side of imports, over real HTTP: jobs, files, landings, parts and undos, as the contract
has them."""

import hashlib
import json
import threading
import wsgiref.simple_server
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from typing import Any, cast
from uuid import uuid4

import polars as pl
import pyarrow as pa

from wattwise_contract.imports import ImportFile, ImportTask, PartNotes
from wattwise_contract.jobs import JobKind
from wattwise_contract.sources import Landed, Landing

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
        self.landings: list[Landing] = []
        self.parts: dict[str, pl.DataFrame] = {}
        self.meters: dict[str, int] = {}
        self.lands_before_it_breaks = 1_000
        self.undone, self.left, self.each, self.kept = 0, 0, 0, 0
        self.cancel_after = 1_000
        self.breaks_at = 0

    def __call__(self, environ: Record, start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        path = environ["PATH_INFO"].strip("/").split("/")
        status, answer = (
            self._job(path[3], json.loads(body or b"{}")) if path[1] == "jobs" else self._import(path, environ, body)
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

    def _import(self, path: list[str], environ: Record, body: bytes) -> tuple[int, Record | list[Record] | bytes]:
        self.calls.append("/".join([environ["REQUEST_METHOD"], *path]))
        if path[-1] == "undo":
            return self._undo(environ)
        if path[3:4] == ["files"]:
            return 200, self.files[int(path[4])]
        assert self.task is not None
        if path[3:] == ["landings"]:
            return self._land(environ, body)
        if path[3:] == ["meters"]:
            return 200, [self._meter(wanted["meter_key"]) for wanted in json.loads(body)]
        if path[3:4] == ["parts"]:
            return self._store(path[4], body)
        return 200, self.task.model_dump(mode="json")

    def _meter(self, key: str) -> Record:
        created = key not in self.meters
        return {"meter_key": key, "meter_id": self.meters.setdefault(key, len(self.meters) + 1), "created": created}

    def _land(self, environ: Record, body: bytes) -> tuple[int, Record]:
        if len(self.landings) >= self.lands_before_it_breaks:
            return 409, {"error": "The lease is no longer held."}
        form = message_from_bytes(b"Content-Type: " + environ["CONTENT_TYPE"].encode() + b"\r\n\r\n" + body)
        fields = {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in form.get_payload()
        }
        landing = Landing.model_validate_json(fields["landing"])
        self.landings.append(landing)
        if "file" in fields:
            assert hashlib.sha256(fields["file"]).hexdigest() == landing.sha256
            self.files[landing.number :] = [fields["file"]]
            file = ImportFile(
                number=landing.number, name=landing.name, bytes=len(fields["file"]), sha256=landing.sha256
            )
            self._update(files=[*self.task.files[: landing.number], file])
        landed = Landed(files=len(self.files), cursor=landing.cursor, done=landing.done)
        self._update(landed=landed)
        return 200, landed.model_dump(mode="json")

    def _store(self, key: str, body: bytes) -> tuple[int, Record]:
        table = pa.ipc.open_stream(body).read_all()
        notes = PartNotes.model_validate_json(table.schema.metadata[b"notes"])
        self.parts[key] = cast(pl.DataFrame, pl.from_arrow(table))
        stored = {"stored": table.num_rows, "unchanged": 0, "corrected": 0}
        return 200, stored | {"read": notes.read, "duplicate": notes.duplicate, "rejected": notes.rejected_count}

    def _update(self, **what: object) -> None:
        assert self.task is not None
        self.task = self.task.model_copy(update=what)

    @property
    def readings(self) -> pl.DataFrame:
        return pl.concat(self.parts.values()) if self.parts else pl.DataFrame(schema={"value": pl.Float64})

    def _undo(self, environ: Record) -> tuple[int, Record]:
        if environ.get("HTTP_X_WATTWISE_LEASE") != f"{self.job['id']}:{self.job['lease']}":
            return 409, {"error": "The lease is no longer held."}
        if self.breaks_at and self.undone >= self.breaks_at:
            return 409, {"error": "The lease is no longer held."}
        some = min(self.each, self.left)
        self.undone, self.left = self.undone + some, self.left - some
        return 200, {"undone": self.undone, "left": self.left, "kept": self.kept}


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
