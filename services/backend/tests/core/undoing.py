"""Helpers: imports that are stored, ended and undone as the worker does it."""

from datetime import datetime
from typing import Any

import pyarrow as pa

from wattwise_backend.accounts.models import Organization
from wattwise_backend.imports import operations, requests, undoing
from wattwise_backend.imports.models import Import
from wattwise_backend.jobs import operations as jobs
from wattwise_contract.imports import PartNotes
from wattwise_contract.jobs import Claim, Success

from . import estate


def imported(where: Organization, readings: pa.Table, *, now: datetime) -> Import:
    run, claim = estate.started_import(where, now=now)
    stored_part(run, readings, now=now)
    succeed(claim, {"kind": "readings"}, now=now)
    run.refresh_from_db()
    return run


def stored_part(run: Import, readings: pa.Table, *, now: datetime) -> None:
    notes = PartNotes(read=readings.num_rows)
    operations.store_part(
        import_run=run, key="p", readings=readings, notes=notes, fence=lambda: run.job, now=now
    )  # fmt: skip


def undone(run: Import, *, now: datetime) -> None:
    run = requests.undo(import_run=run, now=now)
    claim = jobs.claim(job=run.job, worker="worker 1", now=now)
    while undoing.undo_some(import_run=run, fence=lambda: run.job, now=now).left:
        pass
    succeed(claim, {}, now=now)


def succeed(claim: Claim, result: dict[str, Any], *, now: datetime) -> None:
    jobs.succeed(job_id=claim.job.id, token=claim.lease_token, success=Success(message="Done.", result=result), now=now)
