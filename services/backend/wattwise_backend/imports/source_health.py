"""How it goes with sources that fetch: what their imports' ends say of them, and what need not be kept of those."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet

from wattwise_backend.jobs.models import Job
from wattwise_contract.imports import ImportStage, Receipt
from wattwise_contract.jobs import JobKind, JobState

from .models import Import, Source
from .requests import BROUGHT_BY_PEOPLE

_JOBS_LAST = timedelta(days=1)  # of fetches that left no import
_LOOKED_BACK = timedelta(days=8)
_MOST_AT_ONCE = 1_000


def note_success(import_run: Import, receipt: Receipt | None, *, now: datetime) -> None:
    """An import of the source succeeded; without a receipt there was nothing new."""
    changes: dict[str, object] = {"checked_at": now, "failures": 0, "last_error": ""}
    if receipt and (receipt.stored or receipt.corrected):
        changes["brought_at"] = now
    if _fetching(import_run).update(**changes):
        _fetched_in_vain(import_run).delete()  # what they did not bring came now, since the cursor had not moved


def note_death(job: Job, now: datetime) -> None:
    """An import of the source failed for good; the source comes due again by itself. Of those that failed before they
    landed anything the newest is kept: a source that is away for a week must not fill the list of imports."""
    import_run = Import.objects.filter(pk=int(str(job.scope["import_id"]))).first()
    if import_run is None or import_run.fixes_id is not None:
        return
    failed = {"failures": F("failures") + 1, "last_error": job.error, "checked_at": now}
    if _fetching(import_run).update(**failed):
        _fetched_in_vain(import_run).delete()


def forget_old_jobs(organization_id: int, *, now: datetime) -> None:
    """Remove the jobs of fetches that left no import; of a source that is asked every few minutes they are many."""
    old = Job.objects.filter(
        kind=JobKind.IMPORT,
        organization_id=organization_id,
        state__in=(JobState.SUCCEEDED, JobState.DEAD),
        created_at__range=(now - _LOOKED_BACK, now - _JOBS_LAST),
    )
    traceless = old.filter(~Exists(Import.objects.filter(job=OuterRef("pk"))), scope__has_key="import_id")
    Job.objects.filter(pk__in=list(traceless.values_list("pk", flat=True)[:_MOST_AT_ONCE])).delete()


def _fetching(import_run: Import) -> QuerySet[Source]:
    return Source.objects.filter(pk=import_run.source_id).exclude(kind__in=BROUGHT_BY_PEOPLE)


def _fetched_in_vain(import_run: Import) -> QuerySet[Import]:
    """Imports of the same source that nobody asked for and that failed before anything was landed, without this one."""
    return Import.objects.filter(
        source=import_run.source_id, stage=ImportStage.IMPORT, created_by=None, fetched_at=None, landed_files=0,
        job__state=JobState.DEAD, parts=None,
    ).exclude(pk=import_run.pk)  # fmt: skip
