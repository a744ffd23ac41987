"""How it goes with sources that fetch: what their imports' ends say of them."""

from datetime import datetime

from django.db.models import F, QuerySet

from wattwise_backend.jobs.models import Job
from wattwise_contract.imports import Receipt

from .models import Import, Source
from .requests import BROUGHT_BY_PEOPLE


def note_success(import_run: Import, receipt: Receipt | None, *, now: datetime) -> None:
    """An import of the source succeeded; without a receipt there was nothing new."""
    changes: dict[str, object] = {"checked_at": now, "failures": 0, "last_error": ""}
    if receipt and (receipt.stored or receipt.corrected):
        changes["brought_at"] = now
    _fetching(import_run).update(**changes)


def note_death(job: Job, now: datetime) -> None:
    """An import of the source failed for good; the source comes due again by itself."""
    import_run = Import.objects.filter(pk=int(str(job.scope["import_id"]))).first()
    if import_run is not None:
        _fetching(import_run).update(failures=F("failures") + 1, last_error=job.error, checked_at=now)


def _fetching(import_run: Import) -> QuerySet[Source]:
    return Source.objects.filter(pk=import_run.source_id).exclude(kind__in=BROUGHT_BY_PEOPLE)
