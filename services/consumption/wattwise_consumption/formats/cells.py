"""Tables of text cells from frames with columns of their own names."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from wattwise_consumption.problems import BadFile
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


def with_notes_at_the_end(tables: Iterator[Table], format_name: str) -> Iterator[Table]:
    """The tables that have rows, the last one with the notes of all. Raises `BadFile` where none has rows."""
    notes: dict[str, None] = {}
    last: Table | None = None
    try:
        for table in tables:
            notes |= dict.fromkeys(table.notes)
            if table.cells.height:
                yield from [] if last is None else [last]
                last = table
    except BadFile:  # what came before it is sound
        yield from [] if last is None else [replace(last, notes=tuple(notes))]
        raise
    if last is None:
        remedy = " ".join(notes) or "Ask for it again, for a time with readings."
        raise BadFile(f"The {format_name} file holds no readings that can be kept.", remedy)
    yield replace(last, notes=tuple(notes))
