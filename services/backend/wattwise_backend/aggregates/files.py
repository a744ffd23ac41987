"""A chart's series as a file for people: CSV, Parquet or Excel."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter

from wattwise_backend.meters.models import Meter
from wattwise_contract.quantities import Quality
from wattwise_contract.spreadsheets import harmless

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LOCAL = "%Y-%m-%dT%H:%M:%S%:z"


def file_of(found: Mapping[str, Any], meters: Sequence[Meter], *, kind: str) -> bytes:
    """The answer of `series.series_of` as one table, a row for each period of each meter.

    Columns: meter (its key), quantity, unit, timezone, starts_at, ends_at, value, minimum, maximum, coverage (0..1) and
    quality (of readings; else empty). Times are local with their offset in CSV, local with the offset beside them in Excel,
    which knows no zones, and UTC in Parquet.
    """
    by_id = {meter.pk: meter for meter in meters}
    frames = [_rows(series, by_id[series["meter"]], kind) for series in found["series"]]
    table = pl.concat(frames)
    buffer = BytesIO()
    if kind == "parquet":
        table.write_parquet(buffer)
    elif kind == "csv":
        table.with_columns(pl.col("meter").map_elements(harmless, return_dtype=pl.String)).write_csv(buffer)
    else:
        _write_sheet(table, buffer)
    return buffer.getvalue()


def _rows(series: Mapping[str, Any], meter: Meter, kind: str) -> pl.DataFrame:
    numbers = {name: pl.Series(series[name], dtype=pl.Float64) for name in ("value", "minimum", "maximum", "coverage")}
    quality = pl.Series(
        [None if code is None else Quality(code).name.lower() for code in series["quality"]], dtype=pl.String
    )
    texts = {"meter": meter.key, "quantity": meter.quantity, "unit": meter.unit, "timezone": meter.timezone}
    times = {name: _times(series[name], meter.timezone, kind) for name in ("starts_at", "ends_at")}
    frame = pl.DataFrame(times | numbers | {"quality": quality})
    if kind == "xlsx":
        offset = _moments(series["starts_at"]).dt.convert_time_zone(meter.timezone).dt.strftime("%:z")
        frame = frame.insert_column(1, offset.alias("utc_offset"))
    return frame.select(*(pl.lit(text, dtype=pl.String).alias(name) for name, text in texts.items()), pl.all())


def _times(milliseconds: Sequence[int], timezone: str, kind: str) -> pl.Series:
    moments = _moments(milliseconds)
    if kind == "parquet":
        return moments
    local = moments.dt.convert_time_zone(timezone)
    return local.dt.strftime(_LOCAL) if kind == "csv" else local.dt.replace_time_zone(None)


def _moments(milliseconds: Sequence[int]) -> pl.Series:
    return pl.Series(milliseconds, dtype=pl.Int64).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")


def _write_sheet(table: pl.DataFrame, to: BytesIO) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(to, {"in_memory": True} | options) as workbook:
        table.write_excel(
            workbook,
            worksheet="Series",
            dtype_formats={pl.Datetime: "yyyy-mm-dd hh:mm"},
            column_formats={"coverage": "0.0%"},
            float_precision=3,
            freeze_panes=(1, 0),
            autofit=table.height < 10_000,
        )
