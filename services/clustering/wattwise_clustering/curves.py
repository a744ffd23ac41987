"""The typical day of a cluster, from its members' hours."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

COMPLETE = 0.75  # the share of an hour's readings that must be there


def daily_curves(hours: pl.DataFrame, timezones: Mapping[int, str]) -> dict[int, list[float]]:
    """Return each meter's mean kW by local hour 0..23, from hour rollups of energy in kWh; NaN where never measured."""
    curves: dict[int, list[float]] = {}
    share = pl.col("count") / pl.col("expected_count")
    whole = hours.filter(share >= COMPLETE).with_columns(kw=pl.col("total") / share.clip(0, 1))
    for timezone in sorted(set(timezones.values())):
        ids = [meter_id for meter_id, zone in timezones.items() if zone == timezone]
        means = (
            whole.filter(pl.col("meter_id").is_in(ids))
            .group_by("meter_id", hour=pl.col("starts_at").dt.convert_time_zone(timezone).dt.hour())
            .agg(pl.col("kw").mean())
        )
        for meter_id, hour, kw in means.iter_rows():
            curves.setdefault(meter_id, [float("nan")] * 24)[hour] = kw
    return curves


def mean_curve(curves: Sequence[Sequence[float]]) -> list[float]:
    """Return the mean over meters, or nothing where no hour of some hour of the day is known."""
    known = np.array(curves, dtype=np.float64).reshape(len(curves), 24)
    count = np.isfinite(known).sum(axis=0)
    if not curves or (count == 0).any():
        return []
    means = np.nansum(known, axis=0) / count
    return [round(float(value), 4) for value in means]
