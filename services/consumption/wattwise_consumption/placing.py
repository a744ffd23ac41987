"""Give each row the start of its interval in UTC."""

import polars as pl

from wattwise_contract.recipes import StampMarks

from . import clock, grid
from .meaning import DEFAULT_STEP, SERIES, Meaning, Rhythm


def placed(
    long: pl.DataFrame, series: pl.DataFrame, fresh: pl.DataFrame, meaning: Meaning, rhythm: Rhythm
) -> pl.DataFrame:
    """Add `starts_at`, `step` and `autumn_guessed`. `fresh`: the usual `step` of each series in these rows."""
    steps = series.join(rhythm.known.select(*SERIES, "step"), on=SERIES, how="left", nulls_equal=True)
    steps = steps.join(fresh, on="series", how="left", suffix="_now", maintain_order="left")
    steps = steps.select("series", pl.coalesce("step", "step_now").alias("step"))
    common = steps["step"].drop_nulls().mode()
    usual = int(common.item(0)) if len(common) else DEFAULT_STEP
    long = long.join(
        steps.with_columns(pl.col("step").fill_null(usual)), on="series", how="left", maintain_order="left"
    )
    if meaning.marks is StampMarks.END:
        return _placed_from_ends(long, meaning)
    return on_the_clock(long, meaning)


def on_the_clock(long: pl.DataFrame, meaning: Meaning) -> pl.DataFrame:
    """Add `starts_at`, the stamp itself in UTC, and `autumn_guessed`."""
    placed = clock.placed(long, series=["file", "series"], zone=meaning.stamps_in)
    return placed.with_columns(pl.coalesce("instant", "starts_at").alias("starts_at"))


def _placed_from_ends(long: pl.DataFrame, meaning: Meaning) -> pl.DataFrame:
    """Files write the ends of intervals near a clock change as the clock then shows, or as start plus length: the way
    that leaves fewer impossible and double times is the file's."""
    is_long = pl.col("step") >= grid.DAY
    step = pl.duration(microseconds=pl.when(is_long).then(0).otherwise(pl.col("step")))
    days = long.with_columns(pl.when(is_long).then(_a_step_before("local")).otherwise(pl.col("local")).alias("local"))
    after = on_the_clock(days, meaning).with_columns((pl.col("starts_at") - step).alias("starts_at"))
    before = on_the_clock(
        long.with_columns(_a_step_before("local").alias("local"), _a_step_before("instant").alias("instant")), meaning
    )
    return before if _oddities(before) < _oddities(after) else after


def _a_step_before(column: str) -> pl.Expr:
    earlier = pl.col(column) - pl.duration(microseconds="step")
    return pl.when(pl.col("step") == grid.MONTH).then(pl.col(column).dt.offset_by("-1mo")).otherwise(earlier)


def _oddities(placed: pl.DataFrame) -> int:
    known = placed.filter(pl.col("starts_at").is_not_null())
    doubles = known.height - known.select(pl.struct("series", "starts_at").n_unique()).item()
    return int(placed.height - known.height + doubles + known["autumn_guessed"].sum() + known["spring_moved"].sum())
