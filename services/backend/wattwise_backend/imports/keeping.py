"""Files of imports: how much of them an organization may keep, and what is said where they are gone."""

from django.conf import settings
from django.db.models import Sum

from wattwise_backend.platform.errors import Conflict, Problem, TooLarge

from .models import Import, ImportFile, RejectedFile

_GIGABYTE = 1024**3


class FileGone(Problem):
    """A file that was kept for as long as files are kept."""

    status_code = 410
    remedy = "Import it again."

    def __init__(self, file: ImportFile) -> None:
        super().__init__(f"{file.name} was deleted: files are kept for {_kept_for()}.")


def check_room(organization_id: int, more: int) -> None:
    """Raise TooLarge where these bytes would make an organization's files more than it may keep."""
    most = settings.ENVIRONMENT.organization_quota_bytes
    if not most:
        return
    kept = sum(
        kind.objects.filter(import_run__organization_id=organization_id)
        .exclude(file="")
        .aggregate(all=Sum("bytes"))["all"]
        or 0
        for kind in (ImportFile, RejectedFile)
    )
    if kept + more > most:
        raise TooLarge(
            f"The organization keeps {_gigabytes(kept)} of files and may keep {_gigabytes(most)}: there is no room for "
            f"{_gigabytes(more)} more.",
            remedy="Discard previews that nobody needs, or ask an operator to allow more "
            "(WATTWISE_ORGANIZATION_QUOTA_BYTES) or to keep files for a shorter time (WATTWISE_FILES_KEPT_MONTHS).",
        )


def check_files_are_there(import_run: Import) -> None:
    """Raise Conflict where an import's files were deleted since."""
    if import_run.files.filter(file="").exists():
        raise Conflict(
            f"The files of import {import_run.pk} were deleted: files are kept for {_kept_for()}.",
            remedy="Import them again, as a new import.",
        )


def _kept_for() -> str:
    months = settings.ENVIRONMENT.files_kept_months
    return f"{months} months" if months else "as long as nobody deletes them"


def _gigabytes(size: int) -> str:
    return f"{size / _GIGABYTE:,.2f} GB"
