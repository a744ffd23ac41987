"""Arrow schemas of the streams behind /data/. Times are UTC microseconds and mark the start of an interval."""

from typing import Any

import pyarrow as pa

MOMENT = pa.timestamp("us", tz="UTC")


def _required(*fields: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in fields])


def _optional(*fields: tuple[str, pa.DataType]) -> "list[pa.Field[Any]]":
    return [pa.field(name, kind) for name, kind in fields]


READINGS = _required(
    ("meter_id", pa.int32()),
    ("starts_at", MOMENT),
    ("value", pa.float64()),  # in the unit of the meter's quantity
    ("quality", pa.int16()),  # quantities.Quality
)

# `total` is NaN for quantities that do not add up (temperature, price); a period without readings has no row.
ROLLUPS = _required(
    ("meter_id", pa.int32()),
    ("starts_at", MOMENT),  # start of the meter's local hour, day, week, month or year
    ("total", pa.float64()),
    ("mean", pa.float64()),  # of the readings' values
    ("minimum", pa.float64()),
    ("maximum", pa.float64()),
    ("minimum_at", MOMENT),
    ("maximum_at", MOMENT),
    ("standard_deviation", pa.float64()),  # of the population; 0 for one reading
    ("count", pa.int32()),
    ("expected_count", pa.int32()),  # readings that a complete period of this length has
    ("estimated_count", pa.int32()),  # readings whose quality is not `measured`
)

QUANTILE_LEVELS = (0.05, 0.10, 0.25, 0.40, 0.50, 0.60, 0.75, 0.90, 0.95)
QUANTILE_COLUMNS = tuple(f"q{round(level * 100):02d}" for level in QUANTILE_LEVELS)

FORECASTS = _required(
    ("meter_id", pa.int32()),
    ("starts_at", MOMENT),
    ("mean", pa.float64()),
    *((column, pa.float64()) for column in QUANTILE_COLUMNS),
)

# The figures of profiles.Profile, a row for each meter; empty where the data do not allow one. Units as there.
PROFILES = pa.schema(
    [
        *_required(("meter_id", pa.int32()), ("computed_at", MOMENT)),
        *_optional(
            ("covers_from", MOMENT),
            ("covers_until", MOMENT),
            ("hours", pa.int32()),
            ("days", pa.int32()),
            ("near_base_kw", pa.float64()),
            ("near_peak_kw", pa.float64()),
            ("base_to_peak", pa.float64()),
            ("peak_kw", pa.float64()),
            ("peak_at", MOMENT),
            ("mean_kw", pa.float64()),
            ("load_factor", pa.float64()),
            ("night_share", pa.float64()),  # of the energy, 0 … 1
            ("day_share", pa.float64()),
            ("weekend_share", pa.float64()),
            ("p95_change", pa.float64()),  # kW/h
            ("largest_rise", pa.float64()),
            ("largest_fall", pa.float64()),
            ("thermal_kind", pa.string()),
            ("base_kwh_per_day", pa.float64()),
            ("heating_point", pa.float64()),  # °C
            ("heating_slope", pa.float64()),  # kWh/K per day
            ("cooling_point", pa.float64()),
            ("cooling_slope", pa.float64()),
            ("r_squared", pa.float64()),
            ("year_on_year", pa.float64()),  # 0.1: a tenth more than the year before
            ("same_weather", pa.float64()),
            ("trend_percent_per_year", pa.float64()),
            ("trend_low", pa.float64()),
            ("trend_high", pa.float64()),
            ("day_seasonality", pa.float64()),
            ("week_seasonality", pa.float64()),
            ("year_seasonality", pa.float64()),
        ),
    ]
)
