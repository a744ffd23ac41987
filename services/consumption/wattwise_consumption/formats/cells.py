"""Tables of text cells from frames with columns of their own names."""

import polars as pl

from wattwise_contract.recipes import Recipe

from .format import Table


def table_from(frame: pl.DataFrame, says: Recipe, *, part: str = "", notes: tuple[str, ...] = ()) -> Table:
    """A table of the frame's columns, in their order, all but `line` (0 where it has none)."""
    names = [name for name in frame.columns if name != "line"]
    line = pl.col("line").cast(pl.Int64) if "line" in frame.columns else pl.lit(0, dtype=pl.Int64).alias("line")
    cells = frame.select(
        *(pl.col(name).cast(pl.String).alias(f"c{number}") for number, name in enumerate(names)),
        pl.lit(None, dtype=pl.String).alias("extra"),
        line,
    )
    return Table(tuple(names), cells, says=says, part=part, notes=notes)
