"""Arrow schemas of the streams behind /data/. Times are UTC microseconds and mark the start of an interval."""

import pyarrow as pa

MOMENT = pa.timestamp("us", tz="UTC")


def _required(*fields: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in fields])


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
