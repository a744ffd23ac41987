"""Typical days and heat maps of a meter, from its hours."""

from datetime import date, datetime, timedelta
from typing import Any

from wattwise_backend.meters.models import Meter
from wattwise_backend.platform.errors import BadRequest
from wattwise_backend.platform.sql import rows_of
from wattwise_contract.profiles import Season, StoredProfile
from wattwise_contract.quantities import Quantity

from . import queries
from .series import Span, span_of

HOURS_PER_DAY = 24
CURVES = ("mean_kw", "p10_kw", "p50_kw", "p90_kw")
DEFAULT_SPAN = timedelta(days=365)  # the last year of data, where the caller names no start


class NotEnergy(BadRequest):
    """Load is a matter of energy."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(
            f"Meter {meter.key} measures {meter.quantity.replace('_', ' ')}, which has no load in kW.",
            remedy="Ask for a meter of electricity, gas or heat.",
        )


def profile_of(meter: Meter, *, start: datetime | None, end: datetime | None) -> dict[str, Any]:
    """The typical weekday and weekend day: kW by local hour, None where no complete hour was measured. Without a time
    they are those of the stored profile, and it comes along; where there is none yet, they are computed now."""
    stored = queries.profiles_of([meter.pk]) if start is None and end is None else []
    return _stored(meter, stored[0]) if stored else _computed(meter, start=start, end=end)


def _stored(meter: Meter, profile: StoredProfile) -> dict[str, Any]:
    days = {day.weekend: day for day in profile.typical_days if day.season is Season.YEAR}
    curves = {
        weekend: {name: getattr(days[weekend], name) for name in CURVES} if weekend in days else _empty_curves()
        for weekend in (False, True)
    }
    return _answer(meter, curves, days=profile.days) | {"profile": profile.model_dump(mode="json")}


def _computed(meter: Meter, *, start: datetime | None, end: datetime | None) -> dict[str, Any]:
    days: dict[bool, int] = {False: 0, True: 0}
    curves = {weekend: _empty_curves() for weekend in days}
    for row in rows_of("aggregates", "profile", _params(meter, start=start, end=end)):
        days[row["weekend"]] = max(days[row["weekend"]], row["days"])
        for name, values in curves[row["weekend"]].items():
            values[row["hour"]] = row[name]
    return _answer(meter, curves, days=sum(days.values())) | {"profile": None}


def _answer(meter: Meter, curves: dict[bool, dict[str, list[float | None]]], *, days: int) -> dict[str, Any]:
    return {
        "meter": meter.pk,
        "timezone": meter.timezone,
        "weekday": curves[False],
        "weekend": curves[True],
        "days": days,
    }


def heatmap_of(meter: Meter, *, start: datetime | None, end: datetime | None) -> dict[str, Any]:
    """The energy of each local hour (None where it is not complete) of each local day, oldest day first."""
    days: dict[date, list[float | None]] = {}
    for row in rows_of("aggregates", "heatmap", _params(meter, start=start, end=end)):
        days.setdefault(row["date"], [None] * HOURS_PER_DAY)[row["hour"]] = row["kwh"]
    return {"meter": meter.pk, "timezone": meter.timezone, "dates": list(days), "kwh": list(days.values())}


def _empty_curves() -> dict[str, list[float | None]]:
    return {name: [None] * HOURS_PER_DAY for name in CURVES}


def _params(meter: Meter, *, start: datetime | None, end: datetime | None) -> dict[str, Any]:
    if Quantity(meter.quantity).unit != "kWh":
        raise NotEnergy(meter)
    span: Span = span_of(meter, start=start, end=end)
    first = span.start if start else max(span.start, span.end - DEFAULT_SPAN)
    return {"meter_id": meter.pk, "start": first, "end": span.end, "timezone": meter.timezone}
