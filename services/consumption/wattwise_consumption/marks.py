"""Find out whether stamps mark the start or the end of intervals, where neither header nor recipe says it."""

from dataclasses import replace

import polars as pl

from wattwise_contract.recipes import StampMarks

from . import grid
from .layout import Layout
from .stamps import moments_from


def with_marks(layout: Layout, cells: pl.DataFrame) -> Layout:
    """The layout, with END where its stamps can hardly be starts: they call midnight 24:00, or every meter begins an
    interval after midnight and stops at midnight. `cells` has `file`."""
    if layout.marks is StampMarks.END or layout.period or layout.stamps.is_period:
        return layout
    if layout.row_per_day:
        ends = _of_headers([value.name for value in layout.values])
    elif layout.time_of_day or layout.stamps.date_only:
        ends = bool(layout.time_of_day) and _says_24(cells[layout.time_of_day])
    else:
        ends = _says_24(cells[layout.time]) or _stops_at_midnight(layout, cells)
    if not ends:
        return layout
    said = "The stamps run to midnight, and from an interval after it: they mark the ends of intervals."
    return replace(layout, marks=StampMarks.END, findings=(*layout.findings, said))


def _of_headers(names: list[str]) -> bool:
    """Whether a day's columns run from 00:30 to 24:00 (or 00:00), not from 00:00 to 23:30."""
    first, last = names[0].split(" - ")[0].strip(), names[-1].split(" - ")[0].strip()
    one_ended = " - " not in names[0]
    return one_ended and not first.startswith(("00:00", "0:00")) and last.startswith(("24:00", "00:00", "0:00"))


def _says_24(texts: pl.Series) -> bool:
    return bool(texts.str.contains(r"(^|[ T])24:00(:00)?$").any())


def _stops_at_midnight(layout: Layout, cells: pl.DataFrame) -> bool:
    if layout.stamps.offset_patterns and not layout.stamps.patterns:
        return False
    moments = moments_from(cells[layout.time], layout.stamps)["local"]
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
