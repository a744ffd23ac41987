"""What workers and the scheduler do through /data/. Every write carries the lease of its job; LeaseLost ends it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from pydantic import TypeAdapter

from wattwise_contract.imports import (
    DetailsPart,
    DetailsReceipt,
    ImportTask,
    PartNotes,
    PartReceipt,
    RejectedFile,
    UndoProgress,
)
from wattwise_contract.jobs import (
    LEASE_HEADER,
    Claim,
    Dispatch,
    DispatchRequest,
    Failure,
    Job,
    JobRequest,
    Queue,
    Renewal,
    Renewed,
    Success,
)
from wattwise_contract.meters import MeterFound, MeterWanted
from wattwise_contract.scheduling import Heartbeat, SchedulerFacts
from wattwise_contract.sources import (
    Cut,
    Landed,
    Landing,
    ListenerTask,
    ListenerWish,
    SourceKindInfo,
    SpooledLine,
)

from .errors import BrokenStream
from .results import Results

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

_CLAIM = TypeAdapter(Claim)
_COUNTS = TypeAdapter(dict[str, int])
_DETAILS_RECEIPT = TypeAdapter(DetailsReceipt)
_DISPATCHES = TypeAdapter(list[Dispatch])
_FACTS = TypeAdapter(SchedulerFacts)
_FOUND = TypeAdapter(list[MeterFound])
_JOB = TypeAdapter(Job)
_JOBS = TypeAdapter(list[Job])
_LANDED = TypeAdapter(Landed)
_LISTENERS = TypeAdapter(list[ListenerTask])
_PART_RECEIPT = TypeAdapter(PartReceipt)
_RENEWED = TypeAdapter(Renewed)
_SPOOLED = TypeAdapter(list[SpooledLine])
_TASK = TypeAdapter(ImportTask)
_UNDO_PROGRESS = TypeAdapter(UndoProgress)


class Work(Results):
    """Writes go to natural keys: sent twice, they have the effect of once."""

    # Jobs and services

    def claim(self, job_id: UUID | str, worker: str) -> Claim:
        """Raises LeaseLost where the job is not to be had any more."""
        answer = self._door.send("POST", f"/data/jobs/{job_id}/claim/", body={"worker": worker})
        return _CLAIM.validate_json(answer.content)

    def renew(self, claim: Claim, progress: float = 0.0, message: str = "") -> Renewed:
        answer = self._send(
            "POST", f"/data/jobs/{claim.job.id}/renew/", claim, Renewal(progress=progress, message=message)
        )
        return _RENEWED.validate_json(answer)

    def succeed(self, claim: Claim, message: str = "", result: Mapping[str, object] | None = None) -> None:
        body = Success(message=message, result=dict(result or {}))
        self._send("POST", f"/data/jobs/{claim.job.id}/succeed/", claim, body)

    def fail(self, claim: Claim, failure: Failure) -> None:
        self._send("POST", f"/data/jobs/{claim.job.id}/fail/", claim, failure)

    def job(self, job_id: UUID | str) -> Job:
        return self._door.get(_JOB, f"/data/jobs/{job_id}/")

    def heartbeat(self, heartbeat: Heartbeat) -> None:
        self._door.send("POST", "/data/heartbeats/", body=heartbeat)

    def scheduler_facts(self) -> SchedulerFacts:
        return self._door.get(_FACTS, "/data/scheduler/facts/")

    def request_jobs(self, requests: Sequence[JobRequest]) -> list[Job]:
        """Answers, in the order of the requests, the job of each dedupe key: a new one or the live one."""
        return _JOBS.validate_json(self._door.send("POST", "/data/jobs/", body=list(requests)).content)

    def dispatch(self, empty_queues: Sequence[Queue] = ()) -> list[Dispatch]:
        """Hands out what is to be sent to Redis now, most urgent first."""
        body = DispatchRequest(empty_queues=list(empty_queues))
        return _DISPATCHES.validate_json(self._door.send("POST", "/data/jobs/dispatch/", body=body).content)

    # Imports

    def import_task(self, import_id: int) -> ImportTask:
        return self._door.get(_TASK, f"/data/imports/{import_id}/")

    def import_file(self, import_id: int, number: int, to: Path, *, sha256: str = "") -> Path:
        """Streams an uploaded file to disk. Bytes that do not match `sha256` raise BrokenStream."""

        def once() -> None:
            digest = self._door.download(f"/data/imports/{import_id}/files/{number}/", to)
            if sha256 and digest != sha256:
                raise BrokenStream(f"File {number} of import {import_id} did not arrive as it was uploaded.")

        self._door.retrying(once)
        return to

    def keep_rejected_rows(self, claim: Claim, import_id: int, about: RejectedFile, file: Path) -> None:
        """Stores the file of an import's rejected rows, in place of an earlier attempt's."""
        path, headers = f"/data/imports/{import_id}/rejected/", {LEASE_HEADER: claim.lease}
        with file.open("rb") as content:
            files = {"rejected": (None, about.model_dump_json()), "file": (about.name, content)}
            self._door.send("PUT", path, files=files, headers=headers)

    def rejected_rows(self, import_id: int, to: Path) -> Path:
        """Streams the file of an import's rejected rows to disk."""
        self._door.retrying(lambda: self._door.download(f"/data/imports/{import_id}/rejected/", to))
        return to

    def find_meters(self, claim: Claim, import_id: int, wanted: Sequence[MeterWanted]) -> list[MeterFound]:
        """Makes the meters and consumers that are not there yet."""
        return _FOUND.validate_json(self._send("POST", f"/data/imports/{import_id}/meters/", claim, list(wanted)))

    def store_part(
        self, claim: Claim, import_id: int, key: str, readings: "pa.Table | pl.DataFrame", notes: PartNotes
    ) -> PartReceipt:
        """Stores READINGS, in one transaction. Of a part that was stored before, answers the first receipt."""
        from wattwise_contract.schemas import READINGS

        metadata = {b"notes": notes.model_dump_json().encode()}
        answer = self._send_rows(
            "PUT", f"/data/imports/{import_id}/parts/{_quoted(key)}/", claim, readings, READINGS, metadata
        )
        return _PART_RECEIPT.validate_json(answer)

    def store_details(self, claim: Claim, import_id: int, key: str, part: DetailsPart) -> DetailsReceipt:
        answer = self._send("PUT", f"/data/imports/{import_id}/details/{_quoted(key)}/", claim, part)
        return _DETAILS_RECEIPT.validate_json(answer)

    def undo_some(self, claim: Claim, import_id: int) -> UndoProgress:
        """Takes back some of an import's readings, in one transaction. Call it until nothing is left."""
        return _UNDO_PROGRESS.validate_json(self._send("POST", f"/data/imports/{import_id}/undo/", claim, {}))

    # Sources

    def declare_source_kinds(self, kinds: Sequence[SourceKindInfo]) -> None:
        """Tells the platform which kinds of sources this worker has; those of other workers stay."""
        self._door.send("PUT", "/data/source-kinds/", body=list(kinds))

    def listeners(self, wish: ListenerWish) -> list[ListenerTask]:
        """The sources that this worker holds from now on; to be asked again well before they expire."""
        return _LISTENERS.validate_json(self._door.send("POST", "/data/listeners/", body=wish).content)

    def spool(self, task: ListenerTask, lines: Sequence[SpooledLine]) -> list[int]:
        """Keeps what was heard, for good: answers the ids. Not sent twice where the answer was lost (Unreachable with
        `maybe_sent`): the caller reads the spool to know. Raises LeaseLost."""
        path = f"/data/listeners/{task.source_id}/spool/"
        answer = self._door.send("POST", path, body=list(lines), headers=_held_by(task), idempotent=False)
        return TypeAdapter(dict[str, list[int]]).validate_json(answer.content)["ids"]

    def spooled(self, task: ListenerTask, after: int = 0) -> list[SpooledLine]:
        """A page of what is kept and not cut off yet, in order."""
        path, params = f"/data/listeners/{task.source_id}/spool/", {"after": after}
        return _SPOOLED.validate_json(self._door.send("GET", path, params=params, headers=_held_by(task)).content)

    def cut(self, task: ListenerTask, cut: Cut, file: Path) -> int:
        """Makes an import of the file and takes its lines off the spool; the same cut again answers the same import."""
        with file.open("rb") as content:
            files: dict[str, tuple[str | None, Any]] = {
                "cut": (None, cut.model_dump_json()),
                "file": (cut.name, content),
            }
            path = f"/data/listeners/{task.source_id}/cut/"
            sent = self._door.send("POST", path, files=files, headers=_held_by(task))
        return _COUNTS.validate_json(sent.content)["import"]

    def start_due_sources(self) -> int:
        """Gives every source that is due an import; answers how many."""
        return _COUNTS.validate_json(self._door.send("POST", "/data/sources/start-due/").content)["started"]

    def tidy_up(self) -> int:
        """Lets go of files that were kept for long enough; answers how many folders of them went."""
        return _COUNTS.validate_json(self._door.send("POST", "/data/housekeeping/").content)["folders"]

    def land(self, claim: Claim, import_id: int, landing: Landing, file: Path | None = None) -> Landed:
        """Stores a file that a source brought and where to go on, in one transaction. The same number again replaces."""
        path, headers = f"/data/imports/{import_id}/landings/", {LEASE_HEADER: claim.lease}
        files: dict[str, tuple[str | None, Any]] = {"landing": (None, landing.model_dump_json())}
        if file is None:
            return _LANDED.validate_json(self._door.send("POST", path, files=files, headers=headers).content)
        with file.open("rb") as content:
            files["file"] = (landing.name, content)
            return _LANDED.validate_json(self._door.send("POST", path, files=files, headers=headers).content)


def _held_by(task: ListenerTask) -> dict[str, str]:
    return {LEASE_HEADER: f"{task.source_id}:{task.lease}"}


def _quoted(key: str) -> str:
    """A part's key holds the name of a file, which may hold anything."""
    return quote(key, safe="")
