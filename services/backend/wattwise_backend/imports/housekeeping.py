"""What is let go of by itself: files of old imports, and previews that nobody started."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, OuterRef

from wattwise_contract.jobs import LIVE_STATES

from .models import Import, ImportFile, RejectedFile
from .queries import files_folder
from .requests import remove_forgotten

_MONTH = timedelta(days=365.25 / 12)
_MOST_IMPORTS = 1_000  # at once; the next hour goes on
_UNSEEN = timedelta(days=1)  # a folder is made before its import's transaction is committed


def tidy(*, months: int, now: datetime) -> int:
    """Delete the files of imports that were made more than `months` ago (0: none), and folders that no import needs;
    answer how many folders went. Rows, receipts and readings stay. Safe to be called twice at once, and to be killed."""
    with transaction.atomic():
        remove_forgotten(now=now)
        if months:
            _forget_files(made_before=now - months * _MONTH)
    return _remove_unneeded_folders(older_than=now - _UNSEEN)


def _forget_files(*, made_before: datetime) -> None:
    kept = ImportFile.objects.filter(import_run=OuterRef("pk")).exclude(file="")
    rejected = RejectedFile.objects.filter(import_run=OuterRef("pk"))
    old = (
        Import.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(Exists(kept) | Exists(rejected), created_at__lt=made_before)
        .exclude(job__state__in=LIVE_STATES)
    )
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:_MOST_IMPORTS])
    ImportFile.objects.filter(import_run__in=ids).update(file="")
    RejectedFile.objects.filter(import_run__in=ids).delete()


def _remove_unneeded_folders(*, older_than: datetime) -> int:
    folder = files_folder() / "imports"
    named = [each for each in folder.iterdir() if each.name.isdigit()] if folder.is_dir() else []
    needed = set(ImportFile.objects.exclude(file="").values_list("import_run_id", flat=True).distinct())
    needed |= set(RejectedFile.objects.values_list("import_run_id", flat=True))
    unneeded = [each for each in named if int(each.name) not in needed and _is_older(each, older_than)]
    for each in unneeded:
        shutil.rmtree(each, ignore_errors=True)
    return len(unneeded)


def _is_older(folder: Path, moment: datetime) -> bool:
    try:
        return folder.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # another one was quicker
        return False
