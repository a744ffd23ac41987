"""Half-hourly readings of 200 real London homes, where they are at hand."""

from pathlib import Path

import polars as pl
import pytest

LONDON = Path(__file__).parents[4] / "shared" / "data" / "lcl_households" / "readings_2013"


@pytest.fixture(scope="session")
def london_readings() -> pl.DataFrame:
    """Contract READINGS of the first 40 homes, numbered from 1."""
    files = sorted(LONDON.glob("*.csv.gz"))[:40]
    if not files:
        pytest.skip("The London homes of ../shared/data are not here.")
    return pl.concat([_home(number, file) for number, file in enumerate(files, start=1)])


def _home(number: int, file: Path) -> pl.DataFrame:
    rows = pl.read_csv(file, infer_schema=False).rename({"tstp": "starts_at", "energy(kWh/hh)": "value"})
    return rows.select(
        meter_id=pl.lit(number, dtype=pl.Int32),
        starts_at=pl.col("starts_at").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", time_zone="UTC"),
        value=pl.col("value").str.strip_chars().cast(pl.Float64),
        quality=pl.lit(0, dtype=pl.Int16),
    )
