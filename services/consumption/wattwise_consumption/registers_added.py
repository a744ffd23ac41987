"""Several registers of one meter (its tariffs, or phases) that speak for the same time: what they say together.

What each used in an interval is added up here; running counts are left apart, until their differences are taken (see
converting.py).
"""

import polars as pl

from . import grid
from .gathering import measures_of
from .meaning import SERIES, Meaning, Rhythm
from .numbers import says_nothing

_STRAND = [*SERIES, "register"]
_ONE_TIME = ["file", *SERIES, "local", "instant", "turn", "factor", "offset", "is_power"]


def without_registers(
    rows: pl.DataFrame, meaning: Meaning, rhythm: Rhythm
) -> tuple[pl.DataFrame, pl.DataFrame | None, tuple[str, ...]]:
    """(the rows, those of registers that do not count added up; how each series is to be taken, see `measures_of`, where
    there are registers; a sentence on it)."""
    if rows["register"].n_unique() < 2:
        return rows, None, ()
    strands = rows.select(_STRAND).unique(maintain_order=True).with_row_index("series")
    sorted_rows = rows.join(strands, on=_STRAND, nulls_equal=True).sort("series", "moment", maintain_order=True)
    counted = grid.steps_counted(sorted_rows, moment="moment")
    told = strands.with_columns(measures_of(sorted_rows, strands, counted, meaning, rhythm).alias("measure"))
    measures = told.group_by(SERIES, maintain_order=True).agg(pl.col("measure").drop_nulls().first())
    apart = measures.filter(pl.col("measure").is_in(["register", "instant"]))
    counting = rows.join(apart, on=SERIES, how="semi", nulls_equal=True)
    using = rows.join(apart, on=SERIES, how="anti", nulls_equal=True)
    together = _added_up(using)
    sentence = (
        f"{using.height:,} values are of several registers (tariffs or phases) of a meter: those of one time were added "
        f"up, which makes {together.height:,}."
    )
    return pl.concat([together, counting]), measures, (sentence,) if together.height < using.height else ()


def _added_up(rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each time. A blank says nothing beside another register's value; but what is no number leaves the sum
    unknown, and a time that has only blanks stays blank."""
    rows = rows.with_columns(
        (pl.col("line").rank("ordinal").over("file", *_STRAND, "local", "instant") - 1).alias("turn")
    )
    blank = says_nothing(pl.col("value_text"))
    bad = ~blank & pl.col("value").is_null()
    first_bad = pl.col("value_text").filter(bad).first()
    first_said = pl.coalesce(first_bad, pl.col("value_text").filter(~blank).first())
    total = pl.when(bad.any() | blank.all()).then(None).otherwise(pl.col("value").sum())
    others = [
        column for column in rows.columns if column not in {*_ONE_TIME, "value", "value_text", "quality", "register"}
    ]
    together = rows.group_by(_ONE_TIME, maintain_order=True).agg(
        *(pl.col(name).first() for name in others),
        total.alias("value"),
        first_said.alias("value_text"),
        pl.col("quality").filter(~blank).max().fill_null(pl.col("quality").max()),
        pl.lit("").alias("register"),
    )
    return together.select(rows.columns).drop("turn")
