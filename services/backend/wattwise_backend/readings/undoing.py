"""Taking an import's readings back: what they replaced returns, and history only grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from wattwise_backend.consumers.models import Consumer
from wattwise_backend.jobs.models import Job
from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.sql import load_sql
from wattwise_contract.jobs import LIVE_STATES, JobKind

from .models import Arrival, ReadingRevision


def one_undo_at_a_time(organization_id: int) -> None:
    """Wait for the organization's other undos, until the caller's transaction ends: none restores what another takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"undo {organization_id}"])


@dataclass(frozen=True)
class Taken:
    """Present readings of an import that were taken back; of these `kept` are there as before, being another's too."""

    count: int
    kept: int


def take_back(
    *, import_id: int, meter_ids: Sequence[int], first: datetime, last: datetime, stored_at: datetime, most: int,
    now: datetime,
) -> Taken:  # fmt: skip
    """Take at most `most` present readings of an import back, of these meters from `first` to `last`. Runs in the
    caller's transaction, with the meters locked in order as every writer locks them."""
    list(Meter.objects.select_for_update(no_key=True).filter(pk__in=meter_ids).order_by("id").values_list("pk"))
    params: dict[str, Any] = {
        "import_id": import_id, "meter_ids": list(meter_ids), "first": first, "last": last, "stored_at": stored_at,
        "most": most, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for step in ("undo_tables", "undo_choose", "undo_confirmed", "undo_counts"):
            cursor.execute(load_sql("readings", step), params)
        taken, returning, kept = cursor.fetchone()
        if taken:
            changes = ("undo_restore", "undo_remove") if returning else ("undo_remove_all",)
            for step in ("undo_keep", *changes, "undo_note"):
                cursor.execute(load_sql("readings", step), params)
    return Taken(taken, kept)


def withdraw_versions(*, import_id: int, stored_at: datetime) -> None:
    """Nothing restores the values of an undone import again, also when it is started once more."""
    versions = ReadingRevision.objects.filter(old_import_id=import_id, old_stored_at=None)
    versions.update(old_stored_at=stored_at)


def forget_arrivals(import_id: int) -> None:
    """Of an undone import that may be started again: what it brings then arrives anew."""
    Arrival.objects.filter(import_id=import_id).delete()


def remove_empty_series(*, organization_id: int, import_id: int) -> None:
    """Remove the meters and consumers that an import made and that nothing else is in. While another import is under way
    they stay: it may have found them already, to store into."""
    if Job.objects.filter(organization_id=organization_id, kind=JobKind.IMPORT, state__in=LIVE_STATES).exists():
        return
    made = Meter.objects.filter(organization_id=organization_id, made_by_import_id=import_id)
    empty = list(made.filter(readings_count=0).select_for_update().order_by("id").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(load_sql("readings", "undo_delete_series"), {"meter_ids": empty})
    Meter.objects.filter(pk__in=empty).delete()
    Consumer.objects.filter(
        organization_id=organization_id, made_by_import_id=import_id, meters=None, logins=None, attributes={}, name=""
    ).delete()
