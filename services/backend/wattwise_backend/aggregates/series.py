"""A meter's series for a chart: the coarsest grain that fills its pixels."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_duration

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.sql import load_sql
from wattwise_contract.rollups import Grain

from .models import GRAIN_POSITIONS, MeterRollups

READING = "reading"
GRAINS = (READING, Grain.HOUR.value, Grain.DAY.value, Grain.MONTH.value)
PIXELS_PER_PERIOD = 3  # at most: wider periods look coarse, so a finer grain is taken
MOST_READINGS = 100_000  # in one answer

_STEPS = {Grain.MONTH: "1 month", Grain.DAY: "1 day", Grain.HOUR: "1 hour"}  # coarsest first
_LENGTHS = {Grain.MONTH: timedelta(days=30), Grain.DAY: timedelta(days=1), Grain.HOUR: timedelta(hours=1)}
_COLUMNS = ("starts_at", "ends_at", "value", "minimum", "maximum", "coverage", "quality")


class TooManyReadings(BadRequest):
    def __init__(self, count: int) -> None:
        super().__init__(
            f"About {count:,} readings lie in this time; one answer holds {MOST_READINGS:,}.",
            remedy="Ask for a shorter time or a coarser grain, or stream them from /data/readings/.",
        )


@dataclass(frozen=True)
class Span:
    """A time [start, end)."""

    start: datetime
    end: datetime

    def count(self, length: timedelta) -> int:
        return max(0, round((self.end - self.start) / length))


def series_of(
    meter: Meter, *, start: datetime | None, end: datetime | None, pixels: int, grain: str | None
) -> dict[str, Any]:
    """The series in [start, end) (None: from the first, to the last reading) as columns, times in epoch milliseconds.

    Values are totals in the meter's unit, or means where they do not add up. Periods without readings are absent.
    Raises TooManyReadings.
    """
    span = span_of(meter, start=start, end=end)
    used = grain or _fitting_grain(meter, span, pixels)
    head = {"meter": meter.pk, "grain": used, "unit": meter.unit, "timezone": meter.timezone}
    if span.end <= span.start:
        return head | {column: [] for column in _COLUMNS}
    if used == READING and (count := span.count(resolution_of(meter))) > MOST_READINGS:
        raise TooManyReadings(count)
    return head | _columns(meter, span, used)


def span_of(meter: Meter, *, start: datetime | None, end: datetime | None) -> Span:
    """The part of [start, end) in which the meter has readings; empty where it has none."""
    if meter.first_reading_at is None or meter.last_reading_at is None:
        now_empty = start or end or meter.organization.created_at
        return Span(now_empty, now_empty)
    first, last = meter.first_reading_at, meter.last_reading_at + resolution_of(meter)
    return Span(max(start or first, first), min(end or last, last))


def resolution_of(meter: Meter) -> timedelta:
    """The length of the meter's intervals; months and years (P1M) count as 30 and 365 days."""
    return parse_duration(meter.resolution) or timedelta(days=365 if "Y" in meter.resolution else 30)


def _fitting_grain(meter: Meter, span: Span, pixels: int) -> str:
    resolution = resolution_of(meter)
    if span.count(resolution) <= MOST_READINGS and not MeterRollups.objects.filter(meter=meter).exists():
        return READING  # not rolled up yet: what was just imported is shown at once
    for grain, length in _LENGTHS.items():
        if length > resolution and span.count(length) * PIXELS_PER_PERIOD >= pixels:
            return grain.value
    fits = span.count(resolution) <= MOST_READINGS
    return READING if fits else Grain.HOUR.value


def _columns(meter: Meter, span: Span, grain: str) -> dict[str, Any]:
    params: dict[str, Any] = {"meter_id": meter.pk, "start": span.start, "end": span.end}
    if grain == READING:
        name, more = "series_of_readings", dict[str, Any](resolution=meter.resolution)
    else:
        name, more = (
            "series_of_rollups",
            {
                "grain": GRAIN_POSITIONS[Grain(grain)],
                "timezone": meter.timezone,
                "step": _STEPS[Grain(grain)],
            },
        )
    with connection.cursor() as cursor:
        cursor.execute(load_sql("aggregates", name), params | more)
        rows = cursor.fetchall()
    columns = zip(*rows, strict=True) if rows else ((),) * len(_COLUMNS)
    return dict(zip(_COLUMNS, map(list, columns), strict=True))
