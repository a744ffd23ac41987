"""Rollups made by hand for the tests of profiles."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from wattwise_aggregation.profiling import Days, Hours
from wattwise_contract.schemas import ROLLUPS

LONDON = "Europe/London"


def hour_starts(start: str, hours: int) -> list[datetime]:
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return [first + timedelta(hours=each) for each in range(hours)]


def rollups(starts_at, totals, *, count=2, expected=2) -> pl.DataFrame:
    """Contract ROLLUPS; what no profile looks at is zero."""
    known = {"starts_at": list(starts_at), "total": list(totals)}
    frame = pl.DataFrame(known, schema={"starts_at": pl.Datetime("us", "UTC"), "total": pl.Float64})
    filled = frame.with_columns(
        mean=pl.col("total").cast(pl.Float64),
        count=pl.Series([count] * frame.height if isinstance(count, int) else count, dtype=pl.Int32),
        expected_count=pl.lit(expected, dtype=pl.Int32),
    )
    schema = pl.Schema(ROLLUPS)
    absent = [name for name in schema if name not in filled.columns]
    return filled.with_columns(pl.lit(0).cast(schema[name]).alias(name) for name in absent).select(schema.names())


def hours_of(load, *, start: str, hours: int, timezone: str = "UTC") -> Hours:
    """`load(local datetime)` is the kWh of the hour."""
    at = hour_starts(start, hours)
    local = ZoneInfo(timezone)
    return Hours.of(rollups(at, [load(each.astimezone(local)) for each in at]), timezone=timezone)


def days_of(kwh, *, first: date, days: int) -> Days:
    """`kwh(date)` is the energy of the day."""
    dates = [first + timedelta(days=each) for each in range(days)]
    number = np.array([(each - date(1970, 1, 1)).days for each in dates], dtype=np.int64)
    return Days(number, np.array([float(kwh(each)) for each in dates]))
