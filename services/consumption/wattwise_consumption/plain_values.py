"""The values of an ordinary table: numbers, units, and what is wrong with single cells."""

import numpy as np
import polars as pl

from . import grid
from .distinct import Column
from .judging import NEVER_NEGATIVE, blamed_cells
from .layout import Layout, ValueColumn
from .meaning import Meaning
from .numbers import NumberFormat, number_format_of, numbers_from, says_not_finite, says_nothing
from .problems import Problem
from .readings import _RISES

NOTHING_REJECTED = pl.DataFrame(
    schema={"file": pl.Int32, "line": pl.Int64, "column": pl.String, "value": pl.String, "problem": pl.String}
)


def number_format(cells: pl.DataFrame, layout: Layout, meaning: Meaning) -> NumberFormat:
    sample = cells[layout.values[0].column].head(20_000).drop_nulls()
    return number_format_of(sample, comma_splits_cells=meaning.comma_splits_cells)


def values_of(text: pl.Series, column: ValueColumn, written: NumberFormat, steps: Column) -> Column:
    """The values in the quantity's unit; NaN where a cell holds no number. `steps` has each row's step in µs."""
    numbers = text.cast(pl.Float64, strict=False)
    if numbers.null_count() or written != NumberFormat():
        numbers = text.to_frame("text").select(numbers_from(pl.col("text"), written)).to_series()
    values: Column = numbers.to_numpy()
    if column.unit.factor != 1:
        values = values * column.unit.factor
    if column.unit.family == "power":
        values = values * steps / grid.HOUR
    return values + column.unit.offset if column.unit.offset else values


def may_count(series: Column, values: Column) -> bool:
    """Whether the values of any series hardly ever fall, as those of a register: `batch_of` looks closer."""
    if not len(values):
        return False
    steps = np.diff(values, prepend=values[0])
    firsts = np.flatnonzero(np.diff(series, prepend=-1))
    steps[firsts] = 0
    rises = np.add.reduceat(steps > 0, firsts, dtype=np.int64)
    falls = np.add.reduceat(steps < 0, firsts, dtype=np.int64)
    return bool(((rises >= _RISES) & (falls * 100 < rises)).any())


def rejected_values(cells: pl.DataFrame, values: Column, layout: Layout) -> pl.DataFrame:
    """The rows whose value is to blame: all else about them is sound."""
    text, value = pl.col("value_text"), pl.col("value")
    problem = (
        pl.when(says_nothing(text)).then(pl.lit(Problem.NO_VALUE.value))
        .when(says_not_finite(text)).then(pl.lit(Problem.NOT_FINITE.value))
        .when(value.is_nan()).then(pl.lit(Problem.NOT_A_NUMBER.value))
        .when(value.is_infinite()).then(pl.lit(Problem.NOT_FINITE.value))
        .when((value < 0) & pl.lit(layout.values[0].quantity.value).is_in(NEVER_NEGATIVE))
        .then(pl.lit(Problem.NEGATIVE.value))
        .otherwise(pl.lit(Problem.TOO_LARGE.value))
    )  # fmt: skip
    frame = cells.select(
        "file",
        "line",
        "extra",
        pl.col(layout.time).alias("stamp_text"),
        pl.col(layout.values[0].column).alias("value_text"),
        pl.lit(layout.values[0].name).alias("column"),
        pl.Series("value", values, dtype=pl.Float64),
    )
    return blamed_cells(frame.with_columns(problem.alias("problem")))
