"""Rejected rows, whole: the file that a worker writes of them, and the imports that put them right."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from wattwise_backend.platform.errors import BadRequest, Conflict, Problem, TooLarge
from wattwise_backend.platform.uploads import HashedUpload
from wattwise_contract.imports import FilesOf, FixTask, ImportStage
from wattwise_contract.imports import ImportFile as ImportFileMessage
from wattwise_contract.imports import RejectedFile as RejectedFileMessage
from wattwise_contract.jobs import LIVE_STATES
from wattwise_contract.recipes import Recipe

from .keeping import check_files_are_there, check_room
from .landing import keep_file
from .models import Import, RejectedFile
from .operations import Fence, hold
from .queries import files_folder
from .requests import BROUGHT_BY_PEOPLE, check_files, plain_name, started_import

_MOST_BYTES = 200_000_000


class NothingToPutRight(Problem):
    """There is no file of rejected rows."""

    status_code = 404

    def __init__(self, import_run: Import) -> None:
        super().__init__(
            f"Import {import_run.pk} has no rejected rows that could be put right and sent back.",
            remedy="Its list of rejected rows says whether there are any, and why.",
        )


@transaction.atomic
def keep_rejected_rows(*, import_run: Import, about: RejectedFileMessage, upload: HashedUpload, fence: Fence) -> None:
    """Keep the file of an import's rejected rows, in place of the one that an earlier attempt sent."""
    hold(import_run, fence)
    if about.sha256 != upload.digest.hexdigest():
        raise BadRequest("The file did not arrive as it was sent.", remedy="Send it again.")
    if (upload.size or 0) > _MOST_BYTES:
        raise TooLarge("The file of rejected rows is too large.", remedy="This is a fault of the sending program.")
    place = f"imports/{import_run.pk}/rejected"
    upload.keep(files_folder() / place)
    RejectedFile.objects.update_or_create(
        import_run=import_run,
        defaults={
            "name": plain_name(about.name), "rows": about.rows, "left_out": about.left_out, "bytes": upload.size or 0,
            "file": place,
        },
    )  # fmt: skip


def rejected_rows_of(import_run: Import) -> tuple[RejectedFile, Path]:
    """The file of an import's rejected rows, and where it lies. Raises NothingToPutRight."""
    file = RejectedFile.objects.filter(import_run=import_run).first()
    path = files_folder() / file.file if file else None
    if file is None or path is None or not path.is_file():
        raise NothingToPutRight(import_run)
    return file, path


@transaction.atomic
def import_corrected_files(
    *, fixed: Import, files: Sequence[HashedUpload], user_id: int | None, limit_files: int, now: datetime
) -> Import:
    """Ask for the corrected rows to be stored. They are read as the import was that rejected them first: what was still
    wrong in a corrected file is put right in that one, too. Raises BadRequest, Conflict, NothingToPutRight, TooLarge."""
    check_files(files, limit_files=limit_files)
    check_room(fixed.organization_id, sum(file.size or 0 for file in files))
    original = Import.objects.select_for_update(of=("self",)).get(pk=fixed.fixes_id or fixed.pk)
    check_original(original)
    import_run = started_import(
        source=original.source, recipe=Recipe.model_validate(original.recipe), user_id=user_id, now=now, fixes=original,
    )  # fmt: skip
    for number, upload in enumerate(files):
        keep_file(import_run, number, upload.name or "", upload)
    if original.source.kind not in BROUGHT_BY_PEOPLE:  # nothing is to be fetched
        import_run.landed_files, import_run.fetched_at = len(files), now
        import_run.save(update_fields=["landed_files", "fetched_at"])
    return import_run


def check_original(original: Import) -> None:
    """Raises Conflict where rows of an import cannot be put right now, and NothingToPutRight where there are none."""
    if not original.was_started or original.stage != ImportStage.IMPORT:
        raise Conflict(f"Import {original.pk} was undone.", remedy="Start it again, then put right what it rejects.")
    if original.job and original.job.state in LIVE_STATES:
        raise Conflict(f"Import {original.pk} is still under way.", remedy="Wait for its end.")
    check_files_are_there(original)
    rejected_rows_of(original)


def fix_task_of(import_run: Import) -> FixTask | None:
    """What an import that puts rejected rows right is read with; None for all others."""
    original = import_run.fixes
    if original is None:
        return None
    earlier = original.fixed_by.filter(
        pk__lt=import_run.pk, stage=ImportStage.IMPORT.value, undone_at=None, receipt__isnull=False
    )
    return FixTask(original=_files_of(original), earlier=[_files_of(each) for each in earlier.order_by("pk")])


def rows_put_right(fixes: Iterable[Import]) -> int:
    """How many rejected rows of an import are right by now, by those that fix it and are not undone."""
    rows: set[tuple[str, str]] = set()
    for each in fixes:
        if each.undone_at is None:
            rows.update((file, row) for file, listed in (each.put_right or {}).items() for row in listed)
    return len(rows)


def _files_of(import_run: Import) -> FilesOf:
    files = [
        ImportFileMessage(number=each.number, name=each.name, bytes=each.bytes, sha256=each.sha256)
        for each in import_run.files.all()
    ]
    return FilesOf(import_id=import_run.pk, files=files)
