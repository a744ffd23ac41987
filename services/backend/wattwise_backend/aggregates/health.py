"""How sound a meter's data are: complete days, gaps, stuck values, corrections, and how late its readings come."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.sql import rows_of
from wattwise_backend.readings.delays import delays
from wattwise_contract.imports import STUCK_BELOW, STUCK_FOR
from wattwise_contract.quantities import Quantity

from .models import MeterRollups
from .series import Span, TooManyValues, resolution_of, span_of

MOST_STRETCHES = 100  # of a kind, the longest
MOST_READINGS = 1_000_000  # that one answer looks at
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def health_of(meter: Meter, *, start: datetime | None, end: datetime | None, now: datetime) -> dict[str, Any]:
    """Of the part of [start, end) in which the meter has readings, and of its feed at `now`. Raises TooManyValues."""
    span, step = span_of(meter, start=start, end=end), resolution_of(meter)
    count = span.count(step)
    if count > MOST_READINGS:
        raise TooManyValues(count, "readings", most=MOST_READINGS)
    has_readings = span.end > span.start
    return {
        "meter": meter.pk,
        "timezone": meter.timezone,
        "starts_at": span.start if has_readings else None,
        "ends_at": span.end if has_readings else None,
        **(_completeness(meter, span, step) if has_readings else _NOT_COMPUTED),
        "gaps": _gaps(meter, span),
        "stuck": _stuck(meter, span, step),
        "corrections": rows_of("aggregates", "corrections", _params(meter, span))[0],
        **_feed(meter, now=now),
    }


_NOT_COMPUTED: dict[str, Any] = {"completeness": None, "estimated_share": None}


def _completeness(meter: Meter, span: Span, step: timedelta) -> dict[str, Any]:
    """By local day from its rollups, as far as they were computed. Of the meter's first and last day only the part counts
    in which it was there."""
    rollups = MeterRollups.objects.filter(meter=meter).first()
    if rollups is None or step > _DAY:
        return _NOT_COMPUTED
    whole = span_of(meter, start=None, end=rollups.hours_until + _HOUR)
    until = min(span.end, whole.end)
    if until <= span.start:
        return _NOT_COMPUTED
    zone = ZoneInfo(meter.timezone)
    first, last = span.start.astimezone(zone).date(), (until - timedelta.resolution).astimezone(zone).date()
    bounds = {"start": _midnight(first, zone), "end": _midnight(last + _DAY, zone), "timezone": meter.timezone}
    rows = {row["date"]: row for row in rows_of("aggregates", "day_counts", {"meter_id": meter.pk, **bounds})}
    dates = [first + number * _DAY for number in range((last - first).days + 1)]
    expected = [_expected(each, zone, whole, step) for each in dates]
    present = [min(rows[day]["count"], most) if day in rows else 0 for day, most in zip(dates, expected, strict=True)]
    readings = sum(row["count"] for row in rows.values())
    return {
        "completeness": {
            "dates": dates,
            "coverage": [count / most for count, most in zip(present, expected, strict=True)],
            "complete_days": sum(count >= most for count, most in zip(present, expected, strict=True)),
            "share": sum(present) / sum(expected),
        },
        "estimated_share": sum(row["estimated_count"] for row in rows.values()) / readings if readings else None,
    }


def _expected(day: date, zone: ZoneInfo, whole: Span, step: timedelta) -> int:
    """The readings of a local day of 23, 24 or 25 hours, while the meter was there."""
    start, end = _midnight(day, zone), _midnight(day + _DAY, zone)
    return max(1, round((min(end, whole.end) - max(start, whole.start)) / step))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # In UTC, for two times of one zone are subtracted by the clock on the wall.
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _gaps(meter: Meter, span: Span) -> dict[str, Any]:
    more = {"step": meter.resolution, "timezone": meter.timezone, "most": MOST_STRETCHES}
    rows = rows_of("aggregates", "gaps", _params(meter, span) | more)
    return {
        "count": rows[0]["of_all"] if rows else 0,
        "missing": rows[0]["missing_of_all"] if rows else 0,
        "longest": [{name: row[name] for name in ("starts_at", "ends_at", "missing")} for row in rows],
    }


def _stuck(meter: Meter, span: Span, step: timedelta) -> dict[str, Any] | None:
    """By the rule of an import's events; None for what may rightly stay the same."""
    if step >= STUCK_BELOW or not Quantity(meter.quantity).adds_up:
        return None
    more = {"step": meter.resolution, "stuck_for": STUCK_FOR, "most": MOST_STRETCHES}
    rows = rows_of("aggregates", "stuck", _params(meter, span) | more)
    return {
        "count": rows[0]["of_all"] if rows else 0,
        "longest": [{name: row[name] for name in ("starts_at", "ends_at", "value")} for row in rows],
    }


def _feed(meter: Meter, *, now: datetime) -> dict[str, Any]:
    delay = delays([meter.pk], now=now).get(meter.pk)
    if delay is None:
        return {"delay": None, "late_since": None}
    usual = {"median_s": delay.median.total_seconds(), "p95_s": delay.longest.total_seconds()}
    return {"delay": usual, "late_since": delay.late_since(now)}


def _params(meter: Meter, span: Span) -> dict[str, Any]:
    return {"meter_id": meter.pk, "start": span.start, "end": span.end}
