"""Questions about imports."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, F, FloatField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.access import Access
from wattwise_backend.platform.errors import NotFound
from wattwise_backend.readings.models import Reading, ReadingRevision
from wattwise_contract.imports import FixTask, ImportStage, ImportTask
from wattwise_contract.imports import ImportFile as ImportFileMessage
from wattwise_contract.jobs import LIVE_STATES
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import Recipe
from wattwise_contract.sources import Landed

from .keeping import FileGone
from .models import Import, ImportFile
from .secrets import opened

CORRECTION_COLUMNS = ("meter", "meter_key", "starts_at", "old_value", "new_value", "unit")


def visible_import(access: Access, import_id: int) -> Import:
    """Raises NotFound."""
    found = (
        Import.objects.visible_to(access).select_related("organization", "source", "job").filter(pk=import_id).first()
    )
    if found is None:
        raise NotFound("import")
    return found


def import_in(organization_id: int, import_id: int) -> Import:
    """Raises NotFound."""
    found = Import.objects.select_related("source").filter(organization_id=organization_id, pk=import_id).first()
    if found is None:
        raise NotFound("import")
    return found


def task_of(import_run: Import, *, fixes: FixTask | None = None) -> ImportTask:
    """All that a worker needs to carry the import out."""
    return ImportTask(
        id=import_run.pk,
        organization_id=import_run.organization_id,
        organization_timezone=import_run.organization.timezone,
        source_id=import_run.source_id,
        source_kind=import_run.source.kind,
        stage=ImportStage(import_run.stage),
        config=import_run.source.config | _secrets_for(import_run),
        landed=landed_of(import_run),
        recipe=Recipe.model_validate(import_run.recipe),
        files=[
            ImportFileMessage(number=each.number, name=each.name, bytes=each.bytes, sha256=each.sha256)
            for each in import_run.files.all()
        ],
        done_parts=list(import_run.parts.values_list("key", flat=True)),
        fixes=fixes,
    )


def _secrets_for(import_run: Import) -> dict[str, Any]:
    """The secrets of the import's source, while it has a job that may need them."""
    is_live = import_run.job is not None and import_run.job.state in LIVE_STATES
    return opened(import_run.source.secrets) if is_live else {}


def landed_of(import_run: Import) -> Landed:
    """Where fetching stands. Files that were uploaded are all there from the start."""
    return Landed(files=import_run.landed_files, cursor=import_run.cursor, done=import_run.fetched_at is not None)


def live_imports_of(source_id: int | OuterRef) -> QuerySet[Import]:
    """Imports of a source that are under way."""
    return Import.objects.filter(source=source_id, stage=ImportStage.IMPORT, job__state__in=LIVE_STATES)


def files_folder() -> Path:
    return Path(settings.ENVIRONMENT.files_folder)


def stored_file(import_run: Import, number: int) -> tuple[ImportFile, Path]:
    """A file of an import and where it lies; raises NotFound, FileGone."""
    file = import_run.files.filter(number=number).first()
    if file is not None and not file.file:
        raise FileGone(file)
    path = files_folder() / file.file if file else None
    if file is None or path is None or not path.is_file():
        raise NotFound("file")
    return file, path


def corrections_of(import_run: Import) -> QuerySet[Any]:
    """What an import replaced: rows of CORRECTION_COLUMNS, by meter and time. Its own value is the one that was replaced
    next, or else the present one."""
    meter = Meter.objects.filter(pk=OuterRef("meter_id"))
    same = {"meter_id": OuterRef("meter_id"), "starts_at": OuterRef("starts_at")}
    next_value = ReadingRevision.objects.filter(**same, id__gt=OuterRef("id")).order_by("id").values("old_value")[:1]
    present = Reading.objects.filter(**same).values("value")[:1]
    units = [When(quantity=each.value, then=Value(each.unit)) for each in Quantity]
    found: QuerySet[Any] = (
        ReadingRevision.objects.filter(replaced_by_import_id=import_run.pk)
        .order_by("meter_id", "starts_at", "id")
        .annotate(
            meter=F("meter_id"),
            meter_key=Subquery(meter.values("key")[:1]),
            new_value=Coalesce(Subquery(next_value), Subquery(present), output_field=FloatField(null=True)),
            unit=Subquery(meter.annotate(own_unit=Case(*units, output_field=CharField())).values("own_unit")[:1]),
        )
        .values(*CORRECTION_COLUMNS)
    )
    return found
