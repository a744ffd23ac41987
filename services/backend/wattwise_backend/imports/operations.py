"""Storing what an import brings: parts, details, and the receipt that adds them up."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from wattwise_backend.consumers.operations import add_definitions, write_details
from wattwise_backend.jobs.models import Job
from wattwise_backend.meters.models import Meter
from wattwise_backend.meters.operations import ensure_meters
from wattwise_backend.platform.errors import BadRequest, Conflict
from wattwise_backend.readings.operations import write_readings
from wattwise_contract.imports import (
    DetailsPart,
    DetailsReceipt,
    ImportStage,
    ImportSummary,
    PartNotes,
    PartReceipt,
    Receipt,
    RejectedRow,
    SourceKind,
)
from wattwise_contract.jobs import JobKind, Success
from wattwise_contract.meters import MeterFound, MeterWanted
from wattwise_contract.previews import Preview
from wattwise_contract.quantities import Quantity

from .models import Import, ImportPart
from .models import RejectedRow as StoredRejectedRow
from .source_health import forget_old_jobs, note_success

Fence = Callable[[], Job]  # checks the lease inside the transaction that calls it, and holds it until its end


class NotThisImport(Conflict):
    """The lease is of another job."""

    remedy = "Write only to the import that the claimed job names."

    def __init__(self, import_id: int) -> None:
        super().__init__(f"The lease is not of import {import_id}.")


@transaction.atomic
def find_meters(*, import_run: Import, wanted: Sequence[MeterWanted], fence: Fence, now: datetime) -> list[MeterFound]:
    """The meters that an import found, made where they are missing."""
    hold(import_run, fence)
    return ensure_meters(
        organization_id=import_run.organization_id,
        wanted=wanted,
        is_simulated=_is_simulated(import_run),
        import_id=import_run.pk,
        now=now,
    )


@transaction.atomic
def store_part(
    *, import_run: Import, key: str, readings: pa.Table, notes: PartNotes, fence: Fence, now: datetime
) -> PartReceipt:
    """Store a part, once: a part that was stored before answers its first receipt, and changes nothing."""
    hold(import_run, fence)
    if known := _stored_before(import_run, key):
        return PartReceipt.model_validate(known.receipt)
    _check_sum(notes, rows=readings.num_rows)
    written, meters = write_readings(
        organization_id=import_run.organization_id, import_id=import_run.pk, readings=readings, now=now
    )
    receipt = PartReceipt(
        read=notes.read,
        stored=written.stored,
        unchanged=written.unchanged,
        corrected=written.corrected,
        duplicate=notes.duplicate,
        rejected=notes.rejected_count,
    )
    _keep_rejected_rows(import_run, key, notes.rejected)
    extent = _extent(readings, meters)
    ImportPart.objects.create(import_run=import_run, key=key, receipt=receipt.model_dump(mode="json") | extent)
    return receipt


@transaction.atomic
def store_details(*, import_run: Import, key: str, part: DetailsPart, fence: Fence, now: datetime) -> DetailsReceipt:
    """Store details of consumers, once; like store_part."""
    hold(import_run, fence)
    if known := _stored_before(import_run, key):
        return _with_cells(DetailsReceipt.model_validate(known.receipt), import_run, key)
    _check_sum(part.notes, rows=len(part.consumers))
    add_definitions(organization=import_run.organization, definitions=part.definitions)
    written = write_details(
        organization=import_run.organization,
        details=part.consumers,
        file=part.notes.file,
        create=part.create_consumers,
        is_simulated=_is_simulated(import_run),
        import_id=import_run.pk,
        now=now,
    )
    receipt = DetailsReceipt(
        read=part.notes.read,
        stored=written.stored,
        unchanged=written.unchanged,
        skipped=written.skipped,
        duplicate=part.notes.duplicate,
        rejected=part.notes.rejected_count,
    )
    _keep_rejected_rows(import_run, key, [*part.notes.rejected, *written.rejected_cells])
    beside = {
        "consumer_ids": written.consumer_ids,
        "rejected_cells": len(written.rejected_cells),
        "changes": written.changes,
    }
    stored = receipt.model_dump(mode="json", exclude={"cells"})
    ImportPart.objects.create(import_run=import_run, key=key, receipt=stored | beside)
    return _with_cells(receipt, import_run, key)


def _with_cells(receipt: DetailsReceipt, import_run: Import, key: str) -> DetailsReceipt:
    """The receipt with the details that were left out, which the worker cannot know by itself."""
    left_out = import_run.rejected_rows.filter(part=key).exclude(column="").order_by("id")
    cells = [
        RejectedRow(
            file=row.file, line=row.line, column=row.column, value=row.value, reason=row.reason, remedy=row.remedy
        )
        for row in left_out
    ]
    return receipt.model_copy(update={"cells": cells})


def hold(import_run: Import, fence: Fence) -> None:
    """Raises NotThisImport unless the lease is that of the import's job, and it may store."""
    job = fence()
    stores = Import.objects.filter(pk=import_run.pk, stage=ImportStage.IMPORT.value, undone_at=None)
    if job.scope.get("import_id") != import_run.pk or job.kind != JobKind.IMPORT or not stores.exists():
        raise NotThisImport(import_run.pk)


def publish_receipt(job: Job, success: Success, now: datetime) -> None:
    """Add the parts up to the import's receipt; runs in the transaction that says the job succeeded."""
    import_run = Import.objects.select_for_update().get(pk=int(str(job.scope["import_id"])))
    summary = {"kind": import_run.kind} | dict(success.result)
    if import_run.fetched_at is not None and not import_run.files.exists():
        note_success(import_run, None, now=now)
        forget_old_jobs(import_run.organization_id, now=now)
        if (
            import_run.created_by_id is None
        ):  # a source is asked every few minutes: what brought nothing leaves no trace
            import_run.delete()
            return
    receipt = _receipt(import_run, ImportSummary.model_validate(summary), job=job, now=now)
    import_run.receipt = receipt.model_dump(mode="json")
    import_run.kind = receipt.kind.value
    import_run.finished_at = now
    import_run.put_right = ImportSummary.model_validate(summary).put_right or None
    import_run.save(update_fields=["receipt", "kind", "finished_at", "put_right"])
    if import_run.fixes_id is None:  # corrected rows say nothing of how their source is
        note_success(import_run, receipt, now=now)


def publish_preview(job: Job, success: Success, now: datetime) -> None:
    """Keep the preview, unless the import was previewed anew or started meanwhile."""
    of_this_job = Import.objects.filter(pk=int(str(job.scope["import_id"])), job_id=job.pk)
    of_this_job.filter(stage=ImportStage.PREVIEW.value).update(
        preview=Preview.model_validate(success.result).model_dump(mode="json")
    )


def _is_simulated(import_run: Import) -> bool:
    return import_run.source.kind == SourceKind.SIMULATION or import_run.organization.is_simulated


def _stored_before(import_run: Import, key: str) -> ImportPart | None:
    if not key or len(key) > 200:
        raise BadRequest("A part's key is empty or longer than 200 characters.", remedy="Use a short, stable key.")
    return ImportPart.objects.filter(import_run=import_run, key=key).first()


def _check_sum(notes: PartNotes, *, rows: int) -> None:
    if notes.read != rows + notes.duplicate + notes.rejected_count:
        raise BadRequest(
            f"{notes.file or 'The part'}: {notes.read} rows read, but {rows} sent, {notes.duplicate} duplicate and "
            f"{notes.rejected_count} rejected.",
            remedy="Account for every row; this is a fault of the sending program.",
        )


def _keep_rejected_rows(import_run: Import, key: str, rejected: Iterable[RejectedRow]) -> None:
    StoredRejectedRow.objects.bulk_create(
        [
            StoredRejectedRow(
                import_run=import_run,
                part=key,
                file=row.file[:255],
                line=row.line,
                column=row.column[:200],
                value=row.value[:500].replace("\0", "�"),
                reason=row.reason[:500],
                remedy=row.remedy[:500],
            )
            for row in rejected
        ],
        batch_size=1000,
    )


def _extent(readings: pa.Table, meters: Sequence[Meter]) -> dict[str, Any]:
    """What a part held, stored or not: kept beside its receipt, for the import's own."""
    sums = readings.group_by("meter_id").aggregate([("value", "sum")]).to_pylist()
    quantities = {meter.pk: Quantity(meter.quantity) for meter in meters}
    totals: Counter[str] = Counter()
    for row in sums:
        quantity = quantities[row["meter_id"]]
        if quantity.adds_up:
            totals[quantity.unit] += row["value_sum"]
    first, last = pc.min(readings["starts_at"]).as_py(), pc.max(readings["starts_at"]).as_py()
    return {
        "totals": dict(totals),
        "meter_ids": [meter.pk for meter in meters],
        "consumer_ids": sorted({meter.consumer_id for meter in meters if meter.consumer_id is not None}),
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
    }


def _parts_of(import_run: Import) -> list[dict[str, Any]]:
    return [part.receipt for part in ImportPart.objects.filter(import_run=import_run)]


def _receipt(import_run: Import, summary: ImportSummary, *, job: Job, now: datetime) -> Receipt:
    parts = _parts_of(import_run)
    totals: Counter[str] = Counter()
    for part in parts:
        totals.update(part.get("totals", {}))

    def added(name: str) -> int:
        return sum(part.get(name, 0) for part in parts)

    def together(name: str) -> set[int]:
        return {each for part in parts for each in part.get(name, [])}

    first_attempt = job.story.order_by("started_at").first()
    began_at = first_attempt.started_at if first_attempt else import_run.created_at
    return Receipt(
        kind=summary.kind,
        read=added("read"),
        stored=added("stored"),
        unchanged=added("unchanged"),
        corrected=added("corrected"),
        duplicate=added("duplicate"),
        rejected=added("rejected"),
        skipped=added("skipped"),
        consumers=len(together("consumer_ids")),
        meters=len(together("meter_ids")),
        first_reading_at=min(filter(None, (part.get("first") for part in parts)), default=None),
        last_reading_at=max(filter(None, (part.get("last") for part in parts)), default=None),
        totals={unit: round(total, 6) for unit, total in totals.items()},
        seconds=round((now - began_at).total_seconds(), 3),
        interpretation=summary.interpretation,
        warnings=[*summary.warnings, *_cell_warnings(added("rejected_cells"))],
        events=summary.events,
        events_count=summary.events_count,
    )


def _cell_warnings(cells: int) -> list[str]:
    if not cells:
        return []
    return [f"{cells} details did not fit their definitions and were left out; the rejected rows say which and why."]
