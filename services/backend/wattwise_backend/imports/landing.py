"""Landing: what a source brought is stored with its import, file by file, before anybody reads it."""

from datetime import datetime

from django.db import transaction

from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.uploads import HashedUpload
from wattwise_contract.imports import ImportStage
from wattwise_contract.jobs import JobKind
from wattwise_contract.sources import Landed, Landing

from .models import Import, ImportFile, Source
from .operations import Fence, NotThisImport
from .queries import files_folder, landed_of
from .requests import plain_name

_KINDS = {JobKind.IMPORT: ImportStage.IMPORT, JobKind.PREVIEW_IMPORT: ImportStage.PREVIEW}
MOST_FILES = 100_000


@transaction.atomic
def land(*, import_run: Import, landing: Landing, upload: HashedUpload | None, fence: Fence, now: datetime) -> Landed:
    """Keep a file and where to go on, both or neither. What was said to be done stays done: nothing is landed after it."""
    job = fence()
    locked = Import.objects.select_for_update(of=("self",)).get(pk=import_run.pk)
    stage = _KINDS.get(JobKind(job.kind))
    if job.scope.get("import_id") != locked.pk or stage != locked.stage or locked.undone_at is not None:
        raise NotThisImport(locked.pk)
    if locked.fetched_at is None:
        if upload is not None:
            _keep(locked, landing, upload)
        locked.cursor = landing.cursor
        if landing.done:
            _finish(locked, landing, now=now)
        locked.save(update_fields=["cursor", "landed_files", "fetched_at"])
    return landed_of(locked)


def _keep(import_run: Import, landing: Landing, upload: HashedUpload) -> None:
    if not 0 <= landing.number <= min(import_run.landed_files, MOST_FILES):
        raise BadRequest(
            f"File {landing.number} was sent, but {import_run.landed_files} are landed.",
            remedy="Land files one after the other; this is a fault of the sending program.",
        )
    if landing.sha256 and landing.sha256 != upload.digest.hexdigest():
        raise BadRequest("The file did not arrive as it was sent.", remedy="Send it again.")
    keep_file(import_run, landing.number, landing.name, upload)
    import_run.landed_files = landing.number + 1


def keep_file(import_run: Import, number: int, name: str, upload: HashedUpload) -> None:
    """Keep a file with an import, in place of an earlier one of the same number."""
    sample = "sample-" if import_run.stage == ImportStage.PREVIEW else ""
    place = f"imports/{import_run.pk}/{sample}{number}"
    upload.keep(files_folder() / place)
    ImportFile.objects.update_or_create(
        import_run=import_run,
        number=number,
        defaults={
            "name": plain_name(name),
            "bytes": upload.size or 0,
            "sha256": upload.digest.hexdigest(),
            "file": place,
        },
    )


def _finish(import_run: Import, landing: Landing, *, now: datetime) -> None:
    """Everything is here. Files of an earlier attempt that this one did not land again are none of it."""
    import_run.fetched_at, import_run.landed_files = now, landing.number
    import_run.files.filter(number__gte=landing.number).delete()
    if import_run.began_with is not None:
        # Unless a later import moved it meanwhile: the cursor never goes back.
        unmoved = Source.objects.filter(pk=import_run.source_id, cursor=import_run.began_with)
        unmoved.update(cursor=landing.cursor)
