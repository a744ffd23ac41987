"""Series of meters for a chart: the coarsest grain that fills its pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_duration

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.sql import load_sql
from wattwise_contract.rollups import Grain

from .models import GRAIN_POSITIONS, MeterRollups

READING = "reading"
GRAINS = (READING, *(grain.value for grain in Grain))
PIXELS_PER_PERIOD = 3  # at most: wider periods look coarse, so a finer grain is taken
MOST_VALUES = 100_000  # in one answer

_STEPS = {grain: f"1 {grain.value}" for grain in Grain}
_LENGTHS = {  # coarsest first
    Grain.YEAR: timedelta(days=365),
    Grain.MONTH: timedelta(days=30),
    Grain.WEEK: timedelta(days=7),
    Grain.DAY: timedelta(days=1),
    Grain.HOUR: timedelta(hours=1),
}
_COLUMNS = ("starts_at", "ends_at", "value", "minimum", "maximum", "coverage", "quality")


class TooManyValues(BadRequest):
    def __init__(self, count: int, what: str, *, most: int = MOST_VALUES) -> None:
        super().__init__(
            f"About {count:,} {what} lie in this time; one answer speaks of {most:,}.",
            remedy="Ask for a shorter time, fewer meters or a coarser grain, or stream them from /data/readings/.",
        )


@dataclass(frozen=True)
class Span:
    """A time [start, end)."""

    start: datetime
    end: datetime

    def count(self, length: timedelta) -> int:
        return max(0, round((self.end - self.start) / length))


@dataclass(frozen=True)
class Chart:
    """What is asked for. None: from the first, to the last reading, at the grain that fits."""

    start: datetime | None = None
    end: datetime | None = None
    pixels: int = 1000
    grain: str | None = None


def series_of(meters: Sequence[Meter], chart: Chart) -> dict[str, Any]:
    """`grain`: the one they all have; `series`: for each meter what it is and its columns, times in epoch milliseconds.

    Values are totals in the meter's unit, or means where they do not add up. Periods without readings are absent.
    `rolled_up_at` says when its rollups were last computed (None: not yet). Raises TooManyValues.
    """
    spans = {meter.pk: span_of(meter, start=chart.start, end=chart.end) for meter in meters}
    rolled_up_at = dict(MeterRollups.objects.filter(meter__in=spans).values_list("meter_id", "rolled_up_at"))
    used = chart.grain or _fitting_grain(meters, spans, chart.pixels, rolled_up_at)
    expected = _expected(meters, spans, used)
    if expected > MOST_VALUES:
        raise TooManyValues(expected, "readings" if used == READING else f"{used}s")
    columns = _columns([meter for meter in meters if _is_open(spans[meter.pk])], spans, used)
    series = [
        {
            "meter": meter.pk,
            "unit": meter.unit,
            "timezone": meter.timezone,
            "rolled_up_at": rolled_up_at.get(meter.pk),
            **columns.get(meter.pk, {name: [] for name in _COLUMNS}),
        }
        for meter in meters
    ]
    return {"grain": used, "series": series}


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


def _is_open(span: Span) -> bool:
    return span.end > span.start


def _expected(meters: Sequence[Meter], spans: dict[int, Span], grain: str) -> int:
    length = None if grain == READING else _LENGTHS[Grain(grain)]
    return sum(spans[meter.pk].count(length or resolution_of(meter)) for meter in meters)


def _fitting_grain(
    meters: Sequence[Meter], spans: dict[int, Span], pixels: int, rolled_up_at: dict[int, datetime]
) -> str:
    """The coarsest grain at which the longest of the series fills the pixels; a coarser one where all of them would be too
    much for one answer."""
    is_one_answer = _expected(meters, spans, READING) <= MOST_VALUES
    if is_one_answer and not rolled_up_at:
        return READING  # not rolled up yet: what was just imported is shown at once
    finest = max((resolution_of(meter) for meter in meters), default=timedelta())
    for grain, length in _LENGTHS.items():
        periods = max((span.count(length) for span in spans.values()), default=0)
        if length > finest and periods * PIXELS_PER_PERIOD >= pixels:
            return _no_more_than_fits(meters, spans, grain)
    return READING if is_one_answer else _no_more_than_fits(meters, spans, Grain.HOUR)


def _no_more_than_fits(meters: Sequence[Meter], spans: dict[int, Span], grain: Grain) -> str:
    coarser = reversed([each for each in _LENGTHS if _LENGTHS[each] >= _LENGTHS[grain]])
    fitting = (each.value for each in coarser if _expected(meters, spans, each.value) <= MOST_VALUES)
    return next(fitting, Grain.YEAR.value)


def _columns(meters: Sequence[Meter], spans: dict[int, Span], grain: str) -> dict[int, dict[str, list[Any]]]:
    """By meter. They are asked for over the time in which any of them has readings."""
    if not meters:
        return {}
    ids = [meter.pk for meter in meters]
    params: dict[str, Any] = {
        "meter_ids": ids,
        "start": min(spans[meter_id].start for meter_id in ids),
        "end": max(spans[meter_id].end for meter_id in ids),
    }
    if grain == READING:
        name, more = "series_of_readings", dict[str, Any](longest=max(map(resolution_of, meters)))
    else:
        name, more = "series_of_rollups", {"grain": GRAIN_POSITIONS[Grain(grain)], "step": _STEPS[Grain(grain)]}
    with connection.cursor() as cursor:
        cursor.execute(load_sql("aggregates", name), params | more)
        rows = cursor.fetchall()
    return {
        meter_id: dict(zip(_COLUMNS, map(list, list(zip(*own, strict=True))[1:]), strict=True))
        for meter_id, own in groupby(rows, key=itemgetter(0))
    }
