"""A year of half-hourly consumption of many homes, made from a seed: for figures of speed, not of accuracy."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

STARTS_AT = datetime(2024, 1, 1, tzinfo=UTC)
HALF_HOURS = 17_520


def readings(meters: int, *, half_hours: int = HALF_HOURS, seed: int = 1) -> pl.DataFrame:
    """Columns meter_id (from 1), starts_at (UTC), value (kWh, three decimals); sorted; no gaps."""
    generator = np.random.default_rng(seed)
    day = 0.15 + 0.1 * np.sin(np.arange(half_hours) * 2 * np.pi / 48 - 2)
    values = day * generator.gamma(2.0, 0.5, size=(meters, half_hours)) * generator.uniform(0.5, 2.0, size=(meters, 1))
    first = np.datetime64(STARTS_AT.replace(tzinfo=None), "us")
    times = first + np.arange(half_hours) * np.timedelta64(30, "m")
    return pl.DataFrame(
        {
            "meter_id": np.repeat(np.arange(1, meters + 1, dtype=np.int32), half_hours),
            "starts_at": np.tile(times, meters),
            "value": values.round(3).ravel(),
        }
    ).with_columns(pl.col("starts_at").dt.replace_time_zone("UTC"))


def write_csv(frame: pl.DataFrame, to: Path) -> None:
    """Write meter_id, starts_at (2024-01-01T00:00:00Z), value: what `psql \\copy` and Wattwise both read."""
    frame.with_columns(pl.col("starts_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")).write_csv(to)
