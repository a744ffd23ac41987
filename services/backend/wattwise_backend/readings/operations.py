"""Writing readings: idempotent, nothing lost, and as fast as PostgreSQL can copy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.backends.utils import CursorWrapper

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.copy import copy_rows
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.sql import load_sql
from wattwise_contract.quantities import Quality


class UnreadableReadings(BadRequest):
    """Readings that no import may store."""

    remedy = "Settle duplicates and leave invalid rows out before sending; this is a fault of the sending program."


@dataclass(frozen=True)
class Written:
    """What a write did: `stored` were new, `corrected` replaced another value, `unchanged` were there already."""

    stored: int
    corrected: int
    unchanged: int


@dataclass(frozen=True)
class _Span:
    """A meter's readings within a batch."""

    meter_id: int
    count: int
    first_at: datetime
    last_at: datetime


def write_readings(
    *, organization_id: int, import_id: int, readings: pa.Table, now: datetime
) -> tuple[Written, list[Meter]]:
    """Store a batch (contract READINGS) and answer what it did, and its meters. Runs in the caller's transaction.

    The meters' rows are locked first and in order: writers of the same meter come one after the other, others go
    side by side, and none can deadlock. A batch that meets no stored reading goes straight in by COPY; otherwise only
    differences are written, and what they replace is kept in reading_revisions. Raises UnreadableReadings.
    """
    ordered = _checked(readings)
    spans = _spans(ordered)
    meters = _locked_meters(organization_id, [span.meter_id for span in spans])
    if not spans:
        return Written(0, 0, 0), meters
    with connection.cursor() as cursor:
        if _meets_stored_readings(cursor, spans, meters):
            written, changes = _compare_and_write(cursor, ordered, spans, import_id=import_id, now=now)
        else:
            _copy(cursor, ordered, import_id=import_id)
            written = Written(stored=ordered.num_rows, corrected=0, unchanged=0)
            changes = [(span, span.count) for span in spans]
        if changes:
            _note_changes(cursor, changes, now=now)
    return written, meters


def _checked(readings: pa.Table) -> pa.Table:
    """The batch in the order of the primary key; raises UnreadableReadings for what must not be stored."""
    if not pc.all(pc.is_finite(readings["value"])).as_py() and readings.num_rows:
        raise UnreadableReadings("A reading's value is not a number.")
    known = pa.array([int(quality) for quality in Quality], pa.int16())
    if not pc.all(pc.is_in(readings["quality"], value_set=known)).as_py() and readings.num_rows:
        raise UnreadableReadings(f"A reading's quality is none of {', '.join(str(int(each)) for each in Quality)}.")
    ordered = readings.sort_by([("meter_id", "ascending"), ("starts_at", "ascending")])
    meters, moments = ordered["meter_id"].to_numpy(), ordered["starts_at"].to_numpy()
    twice = np.flatnonzero((meters[1:] == meters[:-1]) & (moments[1:] == moments[:-1]))
    if twice.size:
        at = np.datetime_as_string(moments[twice[0]], unit="s")
        raise UnreadableReadings(f"Meter {meters[twice[0]]} has two readings at {at}Z.")
    return ordered


def _spans(ordered: pa.Table) -> list[_Span]:
    summary = ordered.group_by("meter_id").aggregate([("starts_at", "min"), ("starts_at", "max"), ("value", "count")])
    rows = [
        _Span(
            meter_id=row["meter_id"],
            count=row["value_count"],
            first_at=row["starts_at_min"].astimezone(UTC),
            last_at=row["starts_at_max"].astimezone(UTC),
        )
        for row in summary.to_pylist()
    ]
    return sorted(rows, key=lambda span: span.meter_id)


def _locked_meters(organization_id: int, meter_ids: Sequence[int]) -> list[Meter]:
    found = list(
        Meter.objects.select_for_update(no_key=True)
        .filter(id__in=meter_ids, organization_id=organization_id)
        .order_by("id")
    )
    if missing := sorted(set(meter_ids) - {meter.pk for meter in found}):
        raise UnreadableReadings(f"There is no meter {missing[0]} in this organization.")
    return found


def _meets_stored_readings(cursor: CursorWrapper, spans: list[_Span], meters: list[Meter]) -> bool:
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
        _bounds(doubtful)
        | {"firsts": [span.first_at for span in doubtful], "lasts": [span.last_at for span in doubtful]},
    )
    return bool(cursor.fetchone()[0])


def _copy(cursor: CursorWrapper, ordered: pa.Table, *, import_id: int) -> None:
    imports = pa.repeat(pa.scalar(import_id, pa.int32()), ordered.num_rows)
    copy_rows(cursor, "readings", ordered.append_column(pa.field("import_id", pa.int32()), imports))


def _compare_and_write(
    cursor: CursorWrapper, ordered: pa.Table, spans: list[_Span], *, import_id: int, now: datetime
) -> tuple[Written, list[tuple[_Span, int]]]:
    """Write only what differs; answers also each changed meter's span with the number of its new readings."""
    bounds = _bounds(spans)
    cursor.execute(load_sql("readings", "staging_tables"))
    copy_rows(cursor, "incoming_readings", ordered)
    cursor.execute(load_sql("readings", "compare_incoming"), bounds)
    cursor.execute(load_sql("readings", "summarise_changes"))
    rows = cursor.fetchall()
    if rows:
        cursor.execute(load_sql("readings", "apply_changes"), bounds | {"import_id": import_id, "now": now})
    stored, corrected = sum(row[1] for row in rows), sum(row[2] for row in rows)
    changes = [(_Span(row[0], row[1] + row[2], row[3], row[4]), row[1]) for row in rows]
    return Written(stored, corrected, ordered.num_rows - stored - corrected), changes


def _bounds(spans: list[_Span]) -> dict[str, Any]:
    return {
        "meter_ids": [span.meter_id for span in spans],
        "first": min(span.first_at for span in spans),
        "last": max(span.last_at for span in spans),
    }


def _note_changes(cursor: CursorWrapper, changes: list[tuple[_Span, int]], *, now: datetime) -> None:
    cursor.execute(
        load_sql("readings", "note_changes"),
        {
            "meter_ids": [span.meter_id for span, _ in changes],
            "added": [added for _, added in changes],
            "firsts": [span.first_at for span, _ in changes],
            "lasts": [span.last_at for span, _ in changes],
            "now": now,
        },
    )
