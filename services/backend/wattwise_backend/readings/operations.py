"""Writing readings: idempotent, nothing lost, and as fast as PostgreSQL can copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db import connection
from django.db.backends.utils import CursorWrapper

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.copy import copy_rows
from wattwise_backend.platform.sql import load_sql

from .arrivals import note_arrival
from .batch import Batch, Differences, Span, UnreadableReadings, checked_batch, differences
from .stored import bounds_of, stored_under


@dataclass(frozen=True)
class Written:
    """What a write did: `stored` were new, `corrected` replaced another value, `unchanged` were there already."""

    stored: int
    corrected: int
    unchanged: int


def write_readings(
    *, organization_id: int, import_id: int, readings: pa.Table, now: datetime, known_at: datetime | None = None
) -> tuple[Written, list[Meter]]:
    """Store a batch (contract READINGS) and answer what it did, and its meters. Runs in the caller's transaction.
    `known_at`: of an import that goes on, since when this batch was known; others are known when they end.

    The meters' rows are locked first and in order: writers of the same meter come one after the other, others go
    side by side, and none can deadlock. A batch that meets no stored reading goes straight in by COPY; otherwise only
    differences are written, and what they replace is kept in reading_revisions. Raises UnreadableReadings.
    """
    batch = checked_batch(readings)
    spans = batch.spans()
    meters = _locked_meters(organization_id, [span.meter_id for span in spans])
    if not spans:
        return Written(0, 0, 0), meters
    with connection.cursor() as cursor:
        if not _meets_stored_readings(cursor, spans, meters):
            _copy(cursor, batch, import_id=import_id)
            _note_changes(cursor, spans, [], now=now)
            if known_at:
                note_arrival(cursor, batch, new=batch, unchanged=None, import_id=import_id, known_at=known_at)
            return Written(stored=len(batch), corrected=0, unchanged=0), meters
        found = differences(batch, stored_under(cursor, batch, spans))
        _copy(cursor, found.new, import_id=import_id)
        _correct(cursor, found, import_id=import_id, now=now)
        _note_changes(cursor, found.new.spans(), found.corrected.spans(), now=now)
        note_arrival(cursor, batch, new=found.new, unchanged=found.unchanged, import_id=import_id, known_at=known_at)
    stored, corrected = len(found.new), len(found.corrected)
    return Written(stored, corrected, len(batch) - stored - corrected), meters


def _locked_meters(organization_id: int, meter_ids: Sequence[int]) -> list[Meter]:
    found = list(
        Meter.objects.select_for_update(no_key=True)
        .filter(id__in=meter_ids, organization_id=organization_id)
        .order_by("id")
    )
    if missing := sorted(set(meter_ids) - {meter.pk for meter in found}):
        raise UnreadableReadings(f"There is no meter {missing[0]} in this organization.")
    return found


def _meets_stored_readings(cursor: CursorWrapper, spans: list[Span], meters: list[Meter]) -> bool:
    """Whether any stored reading lies within the spans; the meters' own first and last mostly tell."""
    doubtful = [
        span
        for span, meter in zip(spans, meters, strict=True)
        if meter.first_reading_at is not None
        and meter.last_reading_at is not None
        and span.first_at <= meter.last_reading_at
        and span.last_at >= meter.first_reading_at
    ]
    if not doubtful:
        return False
    cursor.execute(
        load_sql("readings", "overlaps"),
        bounds_of(doubtful)
        | {"firsts": [span.first_at for span in doubtful], "lasts": [span.last_at for span in doubtful]},
    )
    return bool(cursor.fetchone()[0])


def _copy(cursor: CursorWrapper, batch: Batch, *, import_id: int) -> None:
    if len(batch):
        imports = np.full(len(batch), import_id, dtype=np.int32)
        copy_rows(cursor, "readings", pa.table(batch.columns() | {"import_id": imports}))


def _correct(cursor: CursorWrapper, found: Differences, *, import_id: int, now: datetime) -> None:
    if not len(found.corrected):
        return
    old = found.replaced
    cursor.execute(load_sql("readings", "staging_tables"))
    replaced = {"old_value": old.value, "old_quality": old.quality, "old_import_id": old.import_id}
    copy_rows(cursor, "corrected_readings", pa.table(found.corrected.columns() | replaced))
    bounds = bounds_of(found.corrected.spans())
    cursor.execute(load_sql("readings", "correct_readings"), bounds | {"import_id": import_id, "now": now})


def _note_changes(cursor: CursorWrapper, added: list[Span], corrected: list[Span], *, now: datetime) -> None:
    """Mark what changed for the rollups, and keep each meter's first and last reading and their number."""
    counts = {span.meter_id: span.count for span in added}
    changes: dict[int, Span] = {}
    for span in (*added, *corrected):
        known = changes.get(span.meter_id, span)
        first_at, last_at = min(span.first_at, known.first_at), max(span.last_at, known.last_at)
        changes[span.meter_id] = Span(span.meter_id, counts.get(span.meter_id, 0), first_at, last_at)
    if not changes:
        return
    spans = sorted(changes.values(), key=lambda span: span.meter_id)
    cursor.execute(
        load_sql("readings", "note_changes"),
        {
            "meter_ids": [span.meter_id for span in spans],
            "added": [span.count for span in spans],
            "firsts": [span.first_at for span in spans],
            "lasts": [span.last_at for span in spans],
            "now": now,
        },
    )
