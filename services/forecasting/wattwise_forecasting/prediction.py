"""Prediction: each meter by the champion, by the fallback, or refused with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    """Forecast every meter of the panel that can be; nothing is NaN."""
    verdicts = judge(panel, now=now, champion=champion.capabilities if champion else None)
    fallback = SeasonalNaive()
    frames, meters = [SCHEMA.to_frame()], [_refused(panel, v.row, v.reason) for v in verdicts if v.status == "refused"]
    for forecaster, status in ((champion, "forecast"), (fallback, "fallback")):
        chosen = [verdict for verdict in verdicts if verdict.status == status]
        if forecaster is None or not chosen:
            continue
        rows, stories = _forecast(panel, forecaster, chosen)
        frames.append(rows)
        meters += stories
    return Forecasts(pl.concat(frames).sort("meter_id", "starts_at"), sorted(meters, key=lambda story: story.meter_id))


def _forecast(
    panel: Panel, forecaster: Forecaster, verdicts: Sequence[Verdict]
) -> tuple[pl.DataFrame, list[MeterForecast]]:
    points = Points.ahead(*(np.array([getattr(v, name) for v in verdicts]) for name in ("row", "origin", "steps")))
    prediction = forecaster.predict(panel, points)
    whole = np.isfinite(prediction.mean) & np.isfinite(prediction.quantiles).all(axis=1)
    broken = set(points.meter[~whole].tolist())
    keep = ~np.isin(points.meter, list(broken))
    kept = Points(points.meter[keep], points.origin[keep], points.step[keep])
    rows = rows_of(panel, kept, Prediction(prediction.mean[keep], prediction.quantiles[keep]))
    starts = dict(rows.group_by("meter_id").agg(pl.col("starts_at").min()).iter_rows())
    return rows, [
        _refused(panel, verdict.row, "Some hours of the day were never measured in its last 28 days.")
        if verdict.row in broken
        else MeterForecast(
            meter_id=panel.meters[verdict.row].meter_id,
            status=verdict.status,
            forecaster=forecaster.name,
            reason=verdict.reason,
            basis=verdict.basis,
            starts_at=starts[panel.meters[verdict.row].meter_id],
        )
        for verdict in verdicts
    ]


def _refused(panel: Panel, row: int, reason: str) -> MeterForecast:
    return MeterForecast(meter_id=panel.meters[row].meter_id, status="refused", reason=reason)
