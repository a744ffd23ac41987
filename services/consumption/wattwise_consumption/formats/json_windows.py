"""Whether stamps are starts or ends of intervals, where the document says from when to when it tells."""

import polars as pl

from wattwise_consumption.stamps import stamp_format_of
from wattwise_contract.recipes import StampMarks

from .json_shapes import JsonTable
from .json_times import end_said, moments_of, start_said

_OF_ENEDIS = {"date", "value", "interval_length"}  # whose load curves are stamped with ends
_LONGEST_US = 20 * 3_600_000_000  # of days either end would be said by the date


def marks_of_windows(table: JsonTable, own: pl.DataFrame) -> list[StampMarks]:
    """For all that the rows of a table lie within: ends, where the first stamp is an interval after the start that is
    said, and the last one the end; starts, where the first is the start; AUTO where nothing tells."""
    if set(own.columns) >= _OF_ENEDIS:
        return [StampMarks.END] * len(table.around)
    open_marks = [StampMarks.AUTO] * len(table.around)
    times = [name for name in own.columns if stamp_format_of(own[name]) is not None]
    starts = [start_said(said) for said in table.around]
    if len(times) != 1 or not any(starts):
        return open_marks
    stamps = pl.DataFrame([table.within.alias("within"), *moments_of(own[times[0]].to_list())])
    extent = stamps.sort("within", *stamps.columns[1:]).group_by("within").agg(
        *(pl.col(name).min().alias(f"{name} first") for name in stamps.columns[1:]),
        *(pl.col(name).max().alias(f"{name} last") for name in stamps.columns[1:]),
        *(pl.col(name).diff().median().alias(f"{name} step") for name in stamps.columns[1:]),
    )  # fmt: skip
    windows = _named(moments_of(starts), "start"), _named(moments_of([end_said(said) for said in table.around]), "end")
    window = pl.concat(windows, how="horizontal").with_row_index("within").cast({"within": pl.Int32})
    found = extent.join(window, on="within").select(
        "within", pl.coalesce(*map(_marks, ("instant", "local"))).alias("marks")
    )
    for place, marks in found.drop_nulls("marks").iter_rows():
        open_marks[place] = StampMarks(marks)
    return open_marks


def _named(moments: pl.DataFrame, role: str) -> pl.DataFrame:
    return moments.rename({name: f"{name} {role}" for name in moments.columns})


def _marks(kind: str) -> pl.Expr:
    first, last, step, start, end = (pl.col(f"{kind} {what}") for what in ("first", "last", "step", "start", "end"))
    is_short = step.dt.total_microseconds().is_between(1, _LONGEST_US)
    is_start, is_end = is_short & (first == start) & (last < end), is_short & (first == start + step) & (last == end)
    starts, ends = pl.lit(StampMarks.START.value), pl.lit(StampMarks.END.value)
    return pl.when(is_start).then(starts).when(is_end).then(ends)
