"""The 250 records of NEM13: a register as it was read twice, months apart."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Measure, Recipe, StampMarks

from .cells import table_from
from .format import Table
from .nem_streams import EASTERN, meter_of, unit_and_quantity


def registers(rows: pl.DataFrame) -> Iterator[Table]:
    """A table for each unit and direction: the earlier and the later reading of every record."""
    records = rows.filter(pl.col("record") == "250").with_columns(
        pl.col("c4").str.strip_chars().str.slice(0, 1).str.to_uppercase().alias("way"),
        pl.col("c19").str.strip_chars().str.to_lowercase().fill_null("kwh").alias("counted_in"),
    )
    for (uom, way), some in records.group_by(["counted_in", "way"], maintain_order=True):
        unit, quantity, left_out = unit_and_quantity(str(uom), str(way or ""))
        nmi, suffix = (pl.col(name).str.strip_chars() for name in ("c1", "c4"))
        readings = [
            some.select(
                nmi.alias("consumer"),
                meter_of(nmi, suffix).alias("meter"),
                pl.col(time).str.strip_chars().alias("time"),
                pl.col(value).str.strip_chars().alias("value"),
                _said(pl.col(quality)).alias("quality"),
                "line",
            )
            for value, time, quality in (("c8", "c9", "c10"), ("c13", "c14", "c15"))
        ]
        both = pl.concat(readings).sort("line", maintain_order=True)
        table = table_from(both.clear() if left_out else both, _says(unit, quantity))
        yield replace(table, notes=(left_out,)) if left_out else table


def _said(quality: pl.Expr) -> pl.Expr:
    is_estimated = quality.str.strip_chars().str.slice(0, 1).str.to_uppercase().is_in(["E", "F", "S"])
    return pl.when(is_estimated).then(pl.lit("estimated")).otherwise(pl.lit("measured"))


def _says(unit: str, quantity: Quantity) -> Recipe:
    return Recipe(
        kind=ImportKind.READINGS, consumer_column="consumer", meter_column="meter", time_column="time",
        value_column="value", unit=unit, quantity=quantity, stamps_in=EASTERN, stamp_marks=StampMarks.START,
        decimal_sign=DecimalSign.POINT, measure=Measure.REGISTER,
    )  # fmt: skip
