"""Undoing imports: part by part, until nothing that they stored is left."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from wattwise_backend.consumers.undoing import handed_on, take_details_back
from wattwise_backend.jobs.models import Job
from wattwise_backend.platform.errors import Conflict
from wattwise_backend.readings.undoing import (
    Taken,
    forget_arrivals,
    one_undo_at_a_time,
    remove_empty_series,
    take_back,
    withdraw_versions,
)
from wattwise_contract.imports import ImportStage, SourceKind, UndoProgress
from wattwise_contract.jobs import JobKind, Success

from .models import Import, ImportPart
from .operations import Fence, NotThisImport

_MOST_AT_ONCE = 200_000
# Not exclude(…=True): that leaves the receipts out that do not have the key at all.
_IS_OPEN = Q(receipt__is_undone__isnull=True) | Q(receipt__is_undone=False)


@transaction.atomic
def undo_some(*, import_run: Import, fence: Fence, now: datetime, most: int = _MOST_AT_ONCE) -> UndoProgress:
    """Take at most `most` readings, or a part's details back; to be called until none are left. A part that is undone says so in its receipt, so that
    a call that is sent again goes on where the first one ended."""
    job = fence()
    under_way = Import.objects.filter(pk=import_run.pk, stage=ImportStage.UNDO.value, undone_at=None)
    if job.scope.get("import_id") != import_run.pk or job.kind != JobKind.UNDO_IMPORT or not under_way.exists():
        raise NotThisImport(import_run.pk)
    one_undo_at_a_time(import_run.organization_id)
    part = _open_parts(import_run).first()
    if part is not None:
        taken = _take_back(import_run, part, most=most, now=now)
        part.receipt |= {
            "undone": part.receipt.get("undone", 0) + taken.count,
            "kept": part.receipt.get("kept", 0) + taken.kept,
            "is_undone": taken.count < most,
        }
        part.save(update_fields=["receipt"])
    parts = [each.receipt for each in ImportPart.objects.filter(import_run=import_run)]
    # What is left is counted as the parts stored it; a later import may hold some of it now, which then stays.
    left = sum(max(1, _held(each) - each.get("undone", 0)) for each in parts if not each.get("is_undone"))
    undone, kept = (sum(each.get(name, 0) for each in parts) for name in ("undone", "kept"))
    return UndoProgress(undone=undone, left=left, kept=kept)


def publish_undo(job: Job, success: Success, now: datetime) -> None:
    """Say that it is undone; raises Conflict while something is left. In the transaction that says succeeded."""
    import_run = (
        Import.objects.select_for_update(of=("self",)).select_related("source").get(pk=int(str(job.scope["import_id"])))
    )
    if import_run.stage != ImportStage.UNDO or import_run.job_id != job.pk:
        raise NotThisImport(import_run.pk)
    one_undo_at_a_time(import_run.organization_id)
    if _open_parts(import_run).exists():
        raise Conflict("Something of this import is left.", remedy="Go on undoing until nothing is left.")
    if import_run.source.kind != SourceKind.PUSH:
        forget_arrivals(import_run.pk)
    withdraw_versions(import_id=import_run.pk, stored_at=import_run.finished_at or import_run.created_at)
    remove_empty_series(organization_id=import_run.organization_id, import_id=import_run.pk)
    import_run.parts.all().delete()  # receipts for what is gone must not stop a later start
    import_run.undone_at = now
    import_run.save(update_fields=["undone_at"])


def _open_parts(import_run: Import) -> QuerySet[ImportPart]:
    return ImportPart.objects.filter(_IS_OPEN, import_run=import_run).order_by("id")


def _take_back(import_run: Import, part: ImportPart, *, most: int, now: datetime) -> Taken:
    held = part.receipt
    if changes := held.get("changes"):
        _forget_values(import_run, part)
        take_details_back(changes, now=now)
    if not held.get("meter_ids") or held.get("first") is None:
        return Taken(0, 0)
    return take_back(
        import_id=import_run.pk,
        meter_ids=held["meter_ids"],
        first=datetime.fromisoformat(held["first"]),
        last=datetime.fromisoformat(held["last"]),
        stored_at=import_run.finished_at or import_run.created_at,
        most=most,
        now=now,
    )


def _forget_values(import_run: Import, part: ImportPart) -> None:
    """Of what a part wrote, later details of other imports replaced some: their undo must bring back what was before
    this part, as if it had never been."""
    later = ImportPart.objects.select_for_update(of=("self",)).filter(
        import_run__organization_id=import_run.organization_id, pk__gt=part.pk, receipt__has_key="changes"
    )
    pending = part.receipt["changes"]
    for each in later.filter(_IS_OPEN).order_by("id"):
        if not pending:
            return
        changes, pending = handed_on(pending, each.receipt["changes"])
        if changes != each.receipt["changes"]:
            each.receipt |= {"changes": changes}
            each.save(update_fields=["receipt"])


def _held(receipt: dict[str, Any]) -> int:
    return int(receipt["stored"] + receipt.get("corrected", 0))
