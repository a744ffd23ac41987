"""Rollups coming in: windows cleared, rows written and dirty ranges settled in one transaction. Readers never see a hole."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, connection, transaction
from rest_framework.request import Request

from wattwise_backend.jobs.leases import fence
from wattwise_backend.meters.models import Meter
from wattwise_backend.meters.queries import there_still
from wattwise_backend.platform.copy import copy_rows
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.sql import execute
from wattwise_backend.readings.models import DirtyRange
from wattwise_contract.jobs import JobKind
from wattwise_contract.rollups import RollupPublication, RollupWindow
from wattwise_contract.schemas import ROLLUPS

from .models import GRAIN_POSITIONS

ROLLUPS_WITH_GRAIN = ROLLUPS.append(pa.field("grain", pa.int8(), nullable=False))


class UnfitRollups(BadRequest):
    """Rollups that do not fit what their publication says."""

    remedy = "Publish every row within a window of its meter and grain; this is a fault of the sending program."


@transaction.atomic
def publish(request: Request, rollups: pa.Table, publication: RollupPublication, *, now: datetime) -> int:
    """Replace the windows by the rows (columns ROLLUPS_WITH_GRAIN), under the request's lease. Returns the number of
    rows. What is of meters that were deleted meanwhile is left out. Raises LeaseLost and UnfitRollups."""
    job = fence(request, kind=JobKind.ROLL_UP)
    named = {window.meter_id for window in publication.windows}
    meter_ids = there_still(named)
    gone = named.difference(meter_ids)
    windows = [window for window in publication.windows if window.meter_id not in gone]
    rollups = rollups.filter(pc.invert(pc.is_in(rollups["meter_id"], pa.array(sorted(gone), pa.int32()))))
    _check(rollups, windows, organization_id=job.organization_id)
    execute("aggregates", "lock_meters", {"meter_ids": meter_ids})
    if windows:
        execute("aggregates", "clear_windows", _arrays(windows))
    _write(rollups)
    DirtyRange.objects.filter(id__in=publication.settled_dirty_range_ids, meter_id__in=meter_ids).delete()
    execute("aggregates", "note_rolled_up", {"meter_ids": meter_ids, "now": now})
    execute("aggregates", "forget_rolled_up", {"meter_ids": meter_ids})
    return int(rollups.num_rows)


def _write(rollups: pa.Table) -> None:
    place = rollups.schema.get_field_index("grain")
    rows = rollups.set_column(place, pa.field("grain", pa.int16()), rollups["grain"].cast(pa.int16()))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            copy_rows(cursor, "rollups", rows)
    except IntegrityError as error:
        raise UnfitRollups("A period is sent twice, or lies outside the windows and is there already.") from error


def _check(rollups: pa.Table, windows: list[RollupWindow], *, organization_id: int) -> None:
    named = {window.meter_id for window in windows}
    own = Meter.objects.filter(organization_id=organization_id, id__in=named).values_list("id", flat=True)
    if strangers := named - set(own):
        raise UnfitRollups(f"Meters {sorted(strangers)[:3]} are not of organization {organization_id}.")
    bounds = _bounds(windows)
    spans = rollups.group_by(["meter_id", "grain"]).aggregate([("starts_at", "min"), ("starts_at", "max")])
    for row in spans.to_pylist():
        span = bounds.get((row["meter_id"], row["grain"]))
        if span is None or row["starts_at_min"] < span[0] or row["starts_at_max"] >= span[1]:
            raise UnfitRollups(f"Rows of meter {row['meter_id']}, grain {row['grain']} lie outside its windows.")
    for column in ("mean", "minimum", "maximum", "standard_deviation"):
        if not pc.all(pc.is_finite(rollups[column])).as_py() and rollups.num_rows:
            raise UnfitRollups(f"The {column.replace('_', ' ')} of a period is not a number.")
    fewest = pc.min(rollups["count"]).as_py()
    if fewest is not None and fewest < 1:
        raise UnfitRollups("A period without readings has a row.")


def _bounds(windows: list[RollupWindow]) -> dict[tuple[int, int], tuple[datetime, datetime]]:
    """The outer bounds of each meter's windows at each grain."""
    bounds: dict[tuple[int, int], tuple[datetime, datetime]] = {}
    for window in windows:
        key = (window.meter_id, GRAIN_POSITIONS[window.grain])
        first, last = bounds.get(key, (window.starts_at, window.ends_at))
        bounds[key] = min(first, window.starts_at), max(last, window.ends_at)
    return bounds


def _arrays(windows: list[RollupWindow]) -> dict[str, object]:
    return {
        "meter_ids": [window.meter_id for window in windows],
        "grains": [GRAIN_POSITIONS[window.grain] for window in windows],
        "starts": [window.starts_at for window in windows],
        "ends": [window.ends_at for window in windows],
        "first": min(window.starts_at for window in windows),
        "last": max(window.ends_at for window in windows),
    }
