"""Weeks, months and years from days: a changed day costs the days around it, never the readings of a year.

Every statistic of a rollup merges exactly: sums and counts add up, extremes are extremes of extremes, and the variance
of the whole is that within the days plus that between them (Chan, Golub and LeVeque 1979, doi:10.2307/2683386).
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from wattwise_contract.rollups import Grain
from wattwise_timeseries.calendars import period_edges
from wattwise_timeseries.resolutions import expected_counts

from .rollups import GRAIN_NUMBERS, SCHEMA, MeterKind
from .windows import LONG_GRAINS, Window

_KEY = ["meter_id", "period"]


def merged(days: pl.DataFrame, *, meters: Sequence[MeterKind], window: Window) -> pl.DataFrame:
    """Return the weeks, months and years (SCHEMA) that meet the window, from contract ROLLUPS of all days of them.

    A period without readings has no row. `days` holds each day of a meter once, in any order.
    """
    frames = [SCHEMA.to_frame()]
    for timezone, resolution in dict.fromkeys((meter.timezone, meter.resolution) for meter in meters):
        alike = [meter for meter in meters if (meter.timezone, meter.resolution) == (timezone, resolution)]
        own = days.filter(pl.col("meter_id").is_in([meter.meter_id for meter in alike])).sort("meter_id", "starts_at")
        frames += [_of_grain(own, alike[0], window.whole(grain, timezone=timezone), grain) for grain in LONG_GRAINS]
    return pl.concat(frames)


def _of_grain(days: pl.DataFrame, like: MeterKind, window: Window, grain: Grain) -> pl.DataFrame:
    edges = period_edges(grain, timezone=like.timezone, starts_at=window.starts_at, ends_at=window.ends_at)
    inside = days.filter(pl.col("starts_at") >= window.starts_at, pl.col("starts_at") < window.ends_at)
    periods = np.searchsorted(edges, inside["starts_at"].dt.timestamp("us").to_numpy(), side="right") - 1
    expected = expected_counts(edges, resolution=like.resolution, timezone=like.timezone)
    rows = _merged_rows(inside.with_columns(pl.Series("period", periods, pl.Int64)))
    at = rows["period"].to_numpy()
    return rows.with_columns(
        pl.Series("starts_at", edges[at]),
        pl.Series("expected_count", expected[at]),
        pl.lit(GRAIN_NUMBERS[grain]).alias("grain"),
    ).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _merged_rows(days: pl.DataFrame) -> pl.DataFrame:
    """One row for each meter and period, without `starts_at` and `expected_count`. Days are sorted."""
    count = pl.col("count")
    whole_mean = ((pl.col("mean") * count).sum() / count.sum()).over(_KEY)
    within_and_between = count * (pl.col("standard_deviation").pow(2) + (pl.col("mean") - whole_mean).pow(2))
    return (
        days.with_columns(whole_mean=whole_mean, squares=within_and_between)
        .group_by(_KEY, maintain_order=True)
        .agg(
            total=pl.col("total").sum(),
            mean=pl.col("whole_mean").first(),
            minimum=pl.col("minimum").min(),
            maximum=pl.col("maximum").max(),
            # The first day of those with the same extreme, which names the first moment of it.
            minimum_at=pl.col("minimum_at").gather(pl.col("minimum").arg_min()).first(),
            maximum_at=pl.col("maximum_at").gather(pl.col("maximum").arg_max()).first(),
            standard_deviation=(pl.col("squares").sum() / count.sum()).sqrt(),
            count=count.sum(),
            estimated_count=pl.col("estimated_count").sum(),
        )
    )
