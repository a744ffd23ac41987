"""Homes to forecast: simulated ones with a known rhythm, and real ones of London where they are at hand."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattwise_forecasting.panel import MeterFacts, Panel
from wattwise_timeseries.moments import HOUR, to_moment

LONDON = Path(__file__).parents[4] / "shared" / "data" / "lcl_households" / "readings_2013"
START = datetime(2026, 1, 5, tzinfo=UTC)


def panel_of_values(values: np.ndarray, start: datetime = START, timezone: str = "Europe/London") -> Panel:
    meters = [
        MeterFacts(i + 1, timezone, "GB", "electricity_import", {"dwelling": "flat" if i % 2 else "villa"})
        for i in range(values.shape[0])
    ]
    return Panel(meters, to_moment(start) // HOUR, values, np.full(values.shape[1], np.nan))


@pytest.fixture(scope="session")
def street() -> Panel:
    """Eight homes through 100 days: mornings and evenings, busier at the weekend, noisy, each of its own size."""
    random = np.random.default_rng(11)
    hours = np.arange(100 * 24)
    weekend = (hours // 24 + START.weekday()) % 7 >= 5
    shape = 0.2 + np.exp(-((hours % 24 - 8) ** 2) / 4) + 2 * np.exp(-((hours % 24 - 19) ** 2) / 8)
    values = shape * (1 + 0.4 * weekend) * np.linspace(0.3, 4, 8)[:, None] * random.gamma(6, 1 / 6, (8, hours.size))
    values[random.random(values.shape) < 0.01] = np.nan
    return panel_of_values(values)


@pytest.fixture(scope="session")
def all_london() -> Panel:
    """The 200 homes by the hour, 2013. 18 of them end long before the others."""
    files = sorted(LONDON.glob("*.csv.gz"))
    if not files:
        pytest.skip("The London homes of ../shared/data are not here.")
    homes = [_hours(number, file) for number, file in enumerate(files)]
    hours = pl.concat(homes).filter(pl.col("count") == 2)
    values = np.full((len(files), 365 * 24), np.nan)
    start = datetime(2013, 1, 1, tzinfo=UTC)
    column = ((hours["hour"] - start).dt.total_hours()).to_numpy()
    inside = column < values.shape[1]
    values[hours["home"].to_numpy()[inside], column[inside]] = hours["kwh"].to_numpy()[inside]
    return panel_of_values(values, start)


@pytest.fixture(scope="session")
def london(all_london: Panel) -> Panel:
    """The first 40 homes."""
    return replace(all_london, meters=all_london.meters[:40], values=all_london.values[:40])


def _hours(number: int, file: Path) -> pl.DataFrame:
    rows = pl.read_csv(file, infer_schema=False)
    return (
        rows.select(
            hour=pl.col("tstp").str.to_datetime("%Y-%m-%d %H:%M:%S", time_zone="UTC").dt.truncate("1h"),
            kwh=pl.col("energy(kWh/hh)").str.strip_chars().cast(pl.Float64),
        )
        .group_by("hour")
        .agg(pl.col("kwh").sum(), count=pl.len())
        .with_columns(home=pl.lit(number))
    )
