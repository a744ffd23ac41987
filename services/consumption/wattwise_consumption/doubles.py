"""Rows that speak for the same meter and time: settled by the rule of the recipe, and told where they disagree."""

import polars as pl

from wattwise_contract.imports import SeriesEvent, SeriesEventKind
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DuplicateRule

from .problems import BadFile, Problem

_KEPT = {
    DuplicateRule.LAST: "the last one was kept", DuplicateRule.FIRST: "the first one was kept",
    DuplicateRule.SUM: "they were added up", DuplicateRule.REJECT: "they were rejected",
}  # fmt: skip
Settled = tuple[pl.DataFrame, int, pl.DataFrame, tuple[SeriesEvent, ...]]


def without_duplicates(sound: pl.DataFrame, rule: DuplicateRule) -> Settled:
    """(one row for each meter and time, how many others there were, rows rejected by the rule, what they
    said of the same time). `sound` is sorted."""
    key = ["series", "starts_at"]
    same = (pl.col("series") == pl.col("series").shift()) & (pl.col("starts_at") == pl.col("starts_at").shift())
    repeats = sound.select(same.fill_null(value=False)).to_series()
    if not repeats.any():
        return sound, 0, sound.clear(), ()
    doubled = repeats | repeats.shift(-1, fill_value=False)
    doubles = sound.filter(doubled)
    _refuse_if_indistinct(sound, doubles)
    overlaps = _overlaps(doubles, rule)
    if rule is DuplicateRule.REJECT:
        return (
            sound.filter(~doubled),
            0,
            doubles.with_columns(pl.lit(Problem.CONTRADICTED.value).alias("problem")),
            overlaps,
        )
    if rule is DuplicateRule.SUM:
        sound = sound.with_columns(pl.col("value").sum().over(key))
    single = sound.unique(key, keep="last" if rule is DuplicateRule.LAST else "first", maintain_order=True)
    return single, sound.height - single.height, sound.clear(), overlaps


def _refuse_if_indistinct(sound: pl.DataFrame, doubles: pl.DataFrame) -> None:
    """Many rows with the same meter and time and other values: what tells them apart was not understood."""
    if doubles.height < 20 or doubles.height < sound.height * 0.3:
        return
    values = doubles.group_by("series", "starts_at").agg(pl.col("value").n_unique())
    if values.filter(pl.col("value") > 1).height > values.height * 0.5:
        raise BadFile(
            f"{doubles.height:,} of {sound.height:,} rows share their meter and time with another row of another value.",
            "Name the column that tells the meters or the times apart.",
        )


def _overlaps(doubles: pl.DataFrame, rule: DuplicateRule) -> tuple[SeriesEvent, ...]:
    """For each series, that it has several values for one time, and which was taken."""
    times = doubles.group_by("meter_key", "quantity", "starts_at").agg(pl.col("value").n_unique())
    told = (
        times.filter(pl.col("value") > 1)
        .group_by("meter_key", "quantity")
        .agg(pl.len(), first=pl.col("starts_at").min(), last=pl.col("starts_at").max())
        .sort("meter_key", "quantity")
    )
    return tuple(
        SeriesEvent(
            meter_key=row["meter_key"],
            quantity=Quantity(row["quantity"]),
            kind=SeriesEventKind.OVERLAP,
            starts_at=row["first"],
            ends_at=row["last"],
            text=f"{row['len']:,} {'time has' if row['len'] == 1 else 'times have'} several values: {_KEPT[rule]}.",
        )
        for row in told.to_dicts()
    )
