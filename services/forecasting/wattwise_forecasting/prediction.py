"""Prediction: each meter by the champion, by the fallback, or refused with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl

from wattwise_contract.forecasts import MeterForecast

from .assembly import SCHEMA, rows_of
from .base import Forecaster, Points, Prediction
from .models import SeasonalNaive
from .panel import Panel
from .verdicts import Verdict, judge


@dataclass(frozen=True)
class Forecasts:
    """Contract FORECASTS, and how it went for each meter of the panel."""

    rows: pl.DataFrame
    meters: list[MeterForecast]


def forecast(panel: Panel, champion: Forecaster | None, *, now: datetime) -> Forecasts:
    """Forecast every meter of the panel that can be, each from the end of its own readings; nothing is NaN."""
    verdicts = judge(panel, now=now, champion=champion.capabilities if champion else None)
    chosen = [verdict for verdict in verdicts if verdict.status == "forecast"]
    by_champion, without_number = _forecast(panel, champion, chosen) if champion else (_NOTHING, [])
    reason = "The trained model has no number for it."
    left = [replace(verdict, status="fallback", reason=reason) for verdict in without_number]
    left += [verdict for verdict in verdicts if verdict.status == "fallback"]
    by_fallback, without_number = _forecast(panel, SeasonalNaive(), left)
    reason = "Some hours of the day were never measured in its last 28 days."
    refused = [replace(verdict, status="refused", reason=reason) for verdict in without_number]
    refused += [verdict for verdict in verdicts if verdict.status == "refused"]
    stories = by_champion.meters + by_fallback.meters + [_refused(panel, verdict) for verdict in refused]
    rows = pl.concat([by_champion.rows, by_fallback.rows]).sort("meter_id", "starts_at")
    return Forecasts(rows, sorted(stories, key=lambda story: story.meter_id))


_NOTHING = Forecasts(SCHEMA.to_frame(), [])


def _forecast(panel: Panel, forecaster: Forecaster, verdicts: Sequence[Verdict]) -> tuple[Forecasts, list[Verdict]]:
    """Return the forecasts, and the verdicts on meters for which the forecaster has not every number."""
    if not verdicts:
        return _NOTHING, []
    points = Points.ahead(*(np.array([getattr(v, name) for v in verdicts]) for name in ("row", "origin", "steps")))
    prediction = forecaster.predict(panel, points)
    whole = np.isfinite(prediction.mean) & np.isfinite(prediction.quantiles).all(axis=1)
    broken = set(points.meter[~whole].tolist())
    keep = ~np.isin(points.meter, list(broken))
    kept = Points(points.meter[keep], points.origin[keep], points.step[keep])
    rows = rows_of(panel, kept, Prediction(prediction.mean[keep], prediction.quantiles[keep]))
    starts = dict(rows.group_by("meter_id").agg(pl.col("starts_at").min()).iter_rows())
    stories = [
        MeterForecast(
            meter_id=panel.meters[verdict.row].meter_id,
            status=verdict.status,
            forecaster=forecaster.name,
            reason=verdict.reason,
            basis=verdict.basis,
            starts_at=starts[panel.meters[verdict.row].meter_id],
        )
        for verdict in verdicts
        if verdict.row not in broken
    ]
    return Forecasts(rows, stories), [verdict for verdict in verdicts if verdict.row in broken]


def _refused(panel: Panel, verdict: Verdict) -> MeterForecast:
    return MeterForecast(meter_id=panel.meters[verdict.row].meter_id, status="refused", reason=verdict.reason)
