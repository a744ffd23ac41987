"""The parts of the first page, each from the rollups of a scene."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Any

from .month import month_end

if TYPE_CHECKING:
    from .queries import Scene

DAYS_SHOWN = 60
DAYS_OF_HEALTH = 30
MOVERS_EACH_WAY = 3
COMPARABLE = 0.8  # coverage that both periods need before a consumer counts
HOURS_OF_A_SHORT_DAY = 23


def month_part(scene: Scene) -> dict[str, Any] | None:
    """The complete days of the month, beside the same days of the month before. `change` compares only consumers that
    were measured in both, by the day, so that new meters and short months are no rise. None before
    the first day is complete."""
    month, begun_on = scene.month, scene.starts_at.astimezone(scene.zone).date()
    if begun_on > month.last:
        return None
    rows = _comparable(scene)
    now, before = sum(row["kwh"] for row in rows), sum(row["previous_kwh"] for row in rows)
    return {
        "kwh": _kwh_between(scene, month.first, month.last),
        "days": month.days,
        "label": month.label,
        "previous_kwh": _kwh_between(scene, month.previous_first, month.previous_last)
        if begun_on <= month.previous_first
        else None,
        "previous_label": month.previous_label,
        "change": (now / month.days) / (before / month.previous_days) - 1 if before > 0 else None,
        "starts_on": month.first,
        "ends_on": month.last,
    }


def month_end_part(scene: Scene) -> dict[str, float] | None:
    daily = {day["date"]: day["kwh"] for day in scene.days if day["date"] <= scene.month.last}
    so_far = _kwh_between(scene, scene.month.first, scene.month.last)
    end = month_end(scene.month, kwh_so_far=so_far, daily=daily, forecast=_forecast_days(scene))
    return {"kwh": end.kwh, "low_kwh": end.low_kwh, "high_kwh": end.high_kwh} if end else None


def peak_part(scene: Scene) -> dict[str, Any] | None:
    """The hour of the last complete day with the highest mean load; kWh of an hour are its mean kW."""
    yesterday = [row for row in scene.hours if row["starts_at"].astimezone(scene.zone).date() == scene.month.last]
    if not yesterday:
        return None
    highest = max(yesterday, key=lambda row: float(row["kwh"]))
    return {"kw": highest["kwh"], "at": highest["starts_at"]}


def daily_part(scene: Scene) -> dict[str, list[Any]]:
    days = scene.days[-DAYS_SHOWN:]
    return {
        "date": [day["date"] for day in days],
        "kwh": [day["kwh"] for day in days],
        "coverage": [_coverage(day["count"], day["expected"]) for day in days],
    }


def hourly_part(scene: Scene) -> dict[str, list[Any]]:
    return {
        "starts_at": [_milliseconds(row) for row in scene.hours],
        "kwh": [row["kwh"] for row in scene.hours],
    }


def forecast_part(scene: Scene) -> dict[str, Any]:
    rows = scene.forecast
    columns = {name: [row[name] for row in rows] for name in ("mean", "q10", "q25", "q75", "q90")}
    return {"starts_at": [_milliseconds(row) for row in rows], **columns, "note": _forecast_note(scene)}


def movers_part(scene: Scene) -> list[dict[str, Any]]:
    """The consumers whose daily energy rose and fell most, in kWh, against the same days of the month before."""
    month = scene.month
    moved = sorted(
        (row for row in _comparable(scene) if row["previous_kwh"] > 0),
        key=lambda row: float(row["kwh"] / month.days - row["previous_kwh"] / month.previous_days),
    )
    most = [*moved[:MOVERS_EACH_WAY], *moved[max(MOVERS_EACH_WAY, len(moved) - MOVERS_EACH_WAY) :]]
    return [
        {
            "consumer": {"id": row["consumer_id"], "key": row["key"], "name": row["name"]},
            "change": (row["kwh"] / month.days) / (row["previous_kwh"] / month.previous_days) - 1,
            "kwh": row["kwh"],
            "previous_kwh": row["previous_kwh"],
        }
        for row in most
    ]


def heatmap_part(scene: Scene) -> list[list[float | None]]:
    """Mean kW by local weekday (Monday first) and hour; None where there is no such hour."""
    cells: list[list[list[float]]] = [[[] for _ in range(24)] for _ in range(7)]
    for row in scene.hours:
        local = row["starts_at"].astimezone(scene.zone)
        cells[local.weekday()][local.hour].append(row["kwh"])
    return [[fmean(values) if values else None for values in hours] for hours in cells]


def coverage_of(scene: Scene) -> float | None:
    """The share of expected readings that came in the last complete days; days without any count as empty."""
    begun = scene.starts_at.astimezone(scene.zone).date()
    first = max(begun, scene.month.last - timedelta(days=DAYS_OF_HEALTH - 1))
    days = [day for day in scene.days if first <= day["date"] <= scene.month.last]
    if not days:
        return None
    all_days = (scene.month.last - first).days + 1
    expected = fmean(float(day["expected"]) for day in days) * all_days
    return _coverage(sum(day["count"] for day in days), expected)


def _comparable(scene: Scene) -> list[dict[str, Any]]:
    return [row for row in scene.comparison if row["coverage"] >= COMPARABLE and row["previous_coverage"] >= COMPARABLE]


def _kwh_between(scene: Scene, first: date, last: date) -> float:
    return float(sum(day["kwh"] for day in scene.days if first <= day["date"] <= last))


def _forecast_days(scene: Scene) -> dict[date, float]:
    """The forecast energy of every local day that is forecast from its first hour to its last."""
    days: dict[date, list[float]] = {}
    for row in scene.forecast:
        days.setdefault(row["starts_at"].astimezone(scene.zone).date(), []).append(row["mean"])
    return {day: sum(hours) for day, hours in days.items() if len(hours) >= HOURS_OF_A_SHORT_DAY}


def _forecast_note(scene: Scene) -> str:
    if not scene.forecast:
        return ""
    note = "The bands add up those of the meters, so they are wider than the organization's own would be."
    forecast = scene.forecast[0]["meters"]
    return (
        note
        if forecast >= scene.meters
        else f"{forecast:,} of {scene.meters:,} meters have a forecast for these hours. {note}"
    )


def _coverage(count: float, expected: float) -> float:
    return min(1.0, float(count) / float(expected)) if expected else 0.0


def _milliseconds(row: dict[str, Any]) -> int:
    return int(row["starts_at"].timestamp() * 1000)
