"""Find out whether stamps mark the start or the end of intervals, where neither header nor recipe says it."""

from dataclasses import replace

import polars as pl

from wattwise_contract.recipes import StampMarks

from . import grid
from .columns import START_WORDS, names_a_span
from .layout import Layout, ValueColumn
from .stamps import local_moments_from
from .vocabulary import words_of


def with_marks(layout: Layout, cells: pl.DataFrame) -> Layout:
    """The layout, with END where its stamps can hardly be starts: they call midnight 24:00, or every meter begins an
    interval after midnight and stops at midnight. `cells` has `file`."""
    if layout.marks is StampMarks.END or layout.period or layout.stamps.is_period:
        return layout
    if START_WORDS & set(words_of(layout.time_name)):
        return layout
    if layout.row_per_day:
        ends = _of_headers(layout.values)
    elif layout.time_of_day or layout.stamps.date_only:
        ends = bool(layout.time_of_day) and _says_24(cells[layout.time_of_day])
    else:
        ends = _says_24(cells[layout.time]) or _stops_at_midnight(layout, cells)
    if not ends:
        return layout
    said = "The stamps run to midnight, and from an interval after it: they mark the ends of intervals."
    return replace(layout, marks=StampMarks.END, findings=(*layout.findings, said))


def _of_headers(values: tuple[ValueColumn, ...]) -> bool:
    """Whether a day's columns run from 00:30 to 24:00 (or 00:00), not from 00:00 to 23:30."""
    one_ended = not names_a_span(values[0].name) and ":" in values[0].name or values[0].name.strip().isdigit()
    return one_ended and values[0].minute > 0 and values[-1].minute % (24 * 60) == 0


def _says_24(texts: pl.Series) -> bool:
    return bool(texts.str.contains(r"(^|[ T])24:00(:00)?$").any())


def _stops_at_midnight(layout: Layout, cells: pl.DataFrame) -> bool:
    moments = local_moments_from(cells[layout.time], layout.stamps)
    if moments.null_count() == len(moments):
        return False
    keys = [column for column in (layout.meter, layout.consumer) if column]
    rows = cells.select("file", *keys).with_columns(moments.alias("at")).drop_nulls("at")
    rows = rows.with_columns(pl.struct("file", *keys).rank("dense").alias("series"))
    steps = grid.steps_of(rows.sort("series", "at"), moment="at")
    extent = rows.group_by("series").agg(pl.col("at").min().alias("first"), pl.col("at").max().alias("last"))
    extent = extent.join(steps, on="series")
    if extent.height > 1:  # a block may end within its last series
        extent = extent.filter(pl.col("series") != rows["series"].item(-1))
    step = pl.duration(microseconds="step")
    begins = (pl.col("first") - pl.col("first").dt.truncate("1d") == step) & (pl.col("step") <= grid.HOUR)
    stops = (pl.col("last") == pl.col("last").dt.truncate("1d")) & (
        pl.col("last") - pl.col("first") >= pl.duration(hours=23)
    )
    return bool(extent.height and extent.select((begins & stops).all()).item())
