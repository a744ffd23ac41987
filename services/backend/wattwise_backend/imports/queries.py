"""Questions about imports."""

from pathlib import Path

from django.conf import settings

from wattwise_backend.platform.access import Access
from wattwise_backend.platform.errors import NotFound
from wattwise_contract.imports import ImportFile as ImportFileMessage
from wattwise_contract.imports import ImportTask, SourceKind
from wattwise_contract.recipes import Recipe

from .models import Import, ImportFile


def visible_import(access: Access, import_id: int) -> Import:
    """Raises NotFound."""
    found = Import.objects.visible_to(access).select_related("organization", "source").filter(pk=import_id).first()
    if found is None:
        raise NotFound("import")
    return found


def task_of(import_run: Import) -> ImportTask:
    """All that a worker needs to carry the import out."""
    return ImportTask(
        id=import_run.pk,
        organization_id=import_run.organization_id,
        organization_timezone=import_run.organization.timezone,
        source_kind=SourceKind(import_run.source.kind),
        config=import_run.source.config,
        recipe=Recipe.model_validate(import_run.recipe),
        files=[
            ImportFileMessage(number=each.number, name=each.name, bytes=each.bytes, sha256=each.sha256)
            for each in import_run.files.all()
        ],
        done_parts=list(import_run.parts.values_list("key", flat=True)),
    )


def files_folder() -> Path:
    return Path(settings.ENVIRONMENT.files_folder)


def stored_file(import_run: Import, number: int) -> tuple[ImportFile, Path]:
    """A file of an import and where it lies; raises NotFound."""
    file = import_run.files.filter(number=number).first()
    path = files_folder() / file.file if file else None
    if file is None or path is None or not path.is_file():
        raise NotFound("file")
    return file, path
