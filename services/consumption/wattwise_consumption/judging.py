"""Say of each row what is wrong with it, if anything."""

from datetime import timedelta

import polars as pl

from wattwise_contract.quantities import Quantity

from . import grid
from .meaning import SERIES, Meaning, Rhythm
from .numbers import says_not_finite, says_nothing
from .problems import Problem

MOST = 1e12  # kWh in an interval: far more than the world uses in any
EARLIEST_YEAR = 1980
NEVER_NEGATIVE = [quantity.value for quantity in Quantity if quantity.adds_up]
MAY_LIE_AHEAD = [Quantity.TEMPERATURE.value, Quantity.PRICE.value, Quantity.CARBON_INTENSITY.value]
AHEAD = timedelta(days=1)
AHEAD_AS_FORECAST = timedelta(days=5 * 366)  # of what may lie ahead: 9999 says “never”, not when


def judged(placed: pl.DataFrame, series: pl.DataFrame, meaning: Meaning, rhythm: Rhythm) -> pl.DataFrame:
    """Convert units and add `problem`: the first thing that is wrong with a row, null where nothing is."""
    hours = pl.when(pl.col("is_power")).then(pl.col("step") / grid.HOUR).otherwise(1.0)
    placed = placed.with_columns((pl.col("value") * pl.col("factor") * hours + pl.col("offset")).alias("value"))
    return _with_problems(_on_grid(placed, series, meaning, rhythm), meaning)


def judged_apart(placed: pl.DataFrame, meaning: Meaning) -> pl.DataFrame:
    """Add `problem` to rows whose values are converted later (see gathering.py), and which are on no grid yet."""
    return _with_problems(placed.with_columns(pl.lit(value=False).alias("off_grid")), meaning)


def without_idle_spring(judged: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """(the rows without those that fill spring's missing hour with zeros or blanks, how many those were)."""
    in_gap = judged["problem"] == Problem.IN_THE_SPRING_GAP.value
    if not in_gap.any():
        return judged, 0
    is_idle = (
        in_gap.fill_null(value=False)
        & judged.select(says_nothing(pl.col("value_text")) | (pl.col("value") == 0).fill_null(value=False)).to_series()
    )
    return judged.filter(~is_idle), int(is_idle.sum())


def _with_problems(placed: pl.DataFrame, meaning: Meaning) -> pl.DataFrame:
    value, text, starts_at = pl.col("value"), pl.col("value_text"), pl.col("starts_at")
    soon, later = (pl.lit(meaning.now + ahead).dt.convert_time_zone("UTC") for ahead in (AHEAD, AHEAD_AS_FORECAST))
    latest = pl.when(pl.col("quantity").is_in(MAY_LIE_AHEAD)).then(later).otherwise(soon)
    wrong: list[tuple[pl.Expr, Problem]] = [
        (pl.col("extra").is_not_null() & (pl.col("extra").str.strip_chars() != ""), Problem.TOO_MANY_FIELDS),
        (says_nothing(pl.col("stamp_text")), Problem.NO_TIME),
        (pl.col("moment").is_null(), Problem.NOT_A_TIME),
        (pl.col("moment").dt.year() < EARLIEST_YEAR, Problem.BEFORE_METERS),
        (starts_at.is_null(), Problem.IN_THE_SPRING_GAP),
        (pl.col("meter_key").is_null(), Problem.NO_METER),
        (starts_at > latest, Problem.IN_THE_FUTURE),
        (says_nothing(text), Problem.NO_VALUE),
        (says_not_finite(text), Problem.NOT_FINITE),
        (pl.col("factor").is_null(), Problem.UNKNOWN_UNIT),
        (value.is_null(), Problem.NOT_A_NUMBER),
        (~value.is_finite(), Problem.NOT_FINITE),
        (pl.col("off_grid"), Problem.OFF_THE_GRID),
        ((value < 0) & pl.col("quantity").is_in(NEVER_NEGATIVE), Problem.NEGATIVE),
        (value.abs() > MOST, Problem.TOO_LARGE),
    ]
    found = [pl.when(is_wrong).then(pl.lit(problem.value)) for is_wrong, problem in wrong]
    return placed.with_columns(pl.coalesce(*found, pl.lit(None, dtype=pl.String)).alias("problem"))


def _on_grid(placed: pl.DataFrame, series: pl.DataFrame, meaning: Meaning, rhythm: Rhythm) -> pl.DataFrame:
    """Add `off_grid`: at another place between the grid's lines than the series' other readings, both by the UTC
    clock and by the local one (a six-hourly grid keeps to one of them)."""
    modulus = pl.min_horizontal("step", pl.lit(grid.DAY))
    local = pl.col("starts_at").dt.convert_time_zone(meaning.zone).dt.replace_time_zone(None)
    local_at = (local.dt.epoch("us") % modulus).alias("local_at")
    placed = placed.with_columns((pl.col("starts_at").dt.epoch("us") % modulus).alias("at"))
    extent = placed.group_by("series").agg(pl.col("at").min().alias("least"), pl.col("at").max().alias("most"))
    phases = series.join(rhythm.known, on=SERIES, how="left", nulls_equal=True).join(extent, on="series", how="left")
    one_phase = (pl.col("least") == pl.col("most")) & (pl.col("phase").fill_null(pl.col("least")) == pl.col("least"))
    all_on_grid = phases.select((one_phase | pl.col("least").is_null()).all()).item()
    timed = placed.filter(pl.col("at").is_not_null())
    looked_at = timed.unique("series", maintain_order=True) if all_on_grid else timed
    usual = (
        looked_at.with_columns(local_at)
        .group_by("series")
        .agg(
            pl.col("step").first(),
            pl.col("at").mode().sort().first().alias("phase"),
            pl.col("local_at").mode().sort().first().alias("local_phase"),
        )
    )
    rhythm.learn(series.join(usual, on="series"))
    if all_on_grid:
        return placed.with_columns(pl.lit(value=False).alias("off_grid")).drop("at")
    known = series.join(rhythm.known, on=SERIES, nulls_equal=True).select("series", "phase", "local_phase")
    placed = placed.with_columns(local_at).join(known, on="series", how="left", maintain_order="left")
    off = (pl.col("at") != pl.col("phase")) & (pl.col("local_at") != pl.col("local_phase"))
    return placed.with_columns(off.fill_null(value=False).alias("off_grid")).drop(
        "at", "local_at", "phase", "local_phase"
    )


def blamed_cells(rejected: pl.DataFrame) -> pl.DataFrame:
    """Which cell is to blame, and what stands in it."""
    about_time = pl.col("problem").is_in(
        [Problem.NO_TIME, Problem.NOT_A_TIME, Problem.BEFORE_METERS, Problem.IN_THE_FUTURE, Problem.IN_THE_SPRING_GAP,
         Problem.OFF_THE_GRID, Problem.CONTRADICTED]
    )  # fmt: skip
    about_row = pl.col("problem").is_in([Problem.TOO_MANY_FIELDS, Problem.NO_METER])
    return rejected.select(
        "file",
        "line",
        pl.when(about_time).then(pl.lit("time")).when(about_row).then(pl.lit("")).otherwise("column").alias("column"),
        pl.when(about_time)
        .then("stamp_text")
        .when(about_row)
        .then("extra")
        .otherwise("value_text")
        .fill_null("")
        .alias("value"),
        "problem",
    ).sort("file", "line")
