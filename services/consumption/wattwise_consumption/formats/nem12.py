"""NEM12 and NEM13, the files of Australian meters: https://aemo.com.au MDFF specification.

100 header · 200 a stream of a meter · 300 a day of its intervals · 400 the quality of some of them · 500 remarks · 900
end; of NEM13, 250 two readings of a register. Stamps are in Eastern Standard Time, without summer time, all over the
country.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from wattwise_consumption import csv_cells, sniff
from wattwise_consumption.archives import CutOff, Member
from wattwise_consumption.sniff import Dialect
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DecimalSign, ImportKind, Measure, Recipe, StampMarks

from . import nem13
from .cells import table_from, with_notes_at_the_end
from .format import Bounds, FileFormat, Table
from .nem_streams import EASTERN, unit_and_quantity, with_streams

_WIDTH = 300  # a day of 5-minute values, and what stands before and after them
_HEAD = re.compile(
    r'"?(100"?,"?NEM1[23]|200"?,[^,\n]*(,[^,\n]*){5},"?[a-z]+"?,"?(5|15|30)\b|300"?,"?\d{8}"?(,[^,\n]*){48})', re.I
)
_QUALITY = r"^[AEFNSVaefnsv]\d*$"
_READINGS_AT_ONCE = 250_000
_TIMES_TOLD = 4  # that the qualities of a day may be told
_ESTIMATED = ("E", "F", "S")


def _recognises(head: bytes, name: str) -> bool:
    return sniff.is_text(head) and _HEAD.match(sniff.text_of(head).lstrip("\ufeff \t\r\n,")) is not None


def _tables(member: Member, bounds: Bounds) -> Iterator[Table]:
    with member.open() as stream:
        head = stream.read(sniff.HEAD_BYTES)
    names = tuple(f"column {number}" for number in range(1, _WIDTH + 1))
    text = sniff.text_of(head)
    lone_cr = "\n" not in text and "\r" in text
    dialect = Dialect(sniff.encoding_of(head), ",", names, 0, has_header=False, lone_cr=lone_cr)
    yield from with_notes_at_the_end(_of_streams(member, dialect), "NEM12")


def _of_streams(member: Member, dialect: Dialect) -> Iterator[Table]:
    with member.open() as stream:
        for rows in _whole_days(csv_cells.blocks_of(stream, dialect)):
            yield from _intervals(with_streams(rows))
            yield from nem13.registers(rows)


def _whole_days(blocks: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Blocks with `record`, cut so that a day keeps the 400 records below it and the 200 record above it."""
    kept: pl.DataFrame | None = None
    try:
        for block in blocks:
            rows = block.with_columns(pl.col("c0").str.strip_chars(' "').alias("record"))
            rows = rows if kept is None else pl.concat([kept, rows])
            last_day = rows["record"].is_in(["300", "250", "200"]).arg_true()
            cut = int(last_day[-1]) if len(last_day) else rows.height
            stream = rows.head(cut).filter(pl.col("record").is_in(["100", "200", "900"])).tail(1)
            yield from [rows.head(cut)] if cut else []
            kept = pl.concat([stream, rows[cut:]])
    except CutOff:
        yield from [] if kept is None else [kept]
        raise
    yield from [] if kept is None else [kept]


def _intervals(rows: pl.DataFrame) -> Iterator[Table]:
    days = rows.filter(pl.col("record") == "300")
    qualities = _qualities_of_parts(rows)
    for (uom, direction, minutes), some in days.group_by(["uom", "direction", "minutes"], maintain_order=True):
        unit, quantity, left_out = unit_and_quantity(str(uom or ""), str(direction or ""))
        says = _says(unit, quantity)
        if left_out:
            yield replace(table_from(_of_days(some, 48, qualities).clear(), says), notes=(left_out,))
        else:
            a_day = 24 * 60 // int(str(minutes or 30))
            for days_at_once in some.iter_slices(_READINGS_AT_ONCE // a_day):
                yield table_from(_of_days(days_at_once, a_day, qualities), says)


def _says(unit: str, quantity: Quantity) -> Recipe:
    return Recipe(
        kind=ImportKind.READINGS, consumer_column="consumer", meter_column="meter", time_column="time",
        value_column="value", unit=unit, quantity=quantity, stamps_in=EASTERN, stamp_marks=StampMarks.START,
        decimal_sign=DecimalSign.POINT,
        measure=Measure.POWER if unit in ("W", "kW", "MW") else Measure.INTERVAL,
    )  # fmt: skip


def _of_days(days: pl.DataFrame, a_day: int, qualities: pl.DataFrame) -> pl.DataFrame:
    """A row for each interval: consumer, meter, time, value, quality, line. A day that has not `a_day` values, a date
    and a quality stays one row, which says what is wrong with it."""
    values = [f"c{number}" for number in range(2, 2 + a_day)]
    days = _with_shape(days, values)
    minutes = 24 * 60 // a_day
    clock = [f"{slot * minutes // 60:02d}:{slot * minutes % 60:02d}" for slot in range(a_day)]
    is_sound = pl.col("day").is_not_null() & ~pl.col("bad_shape") & pl.col("meter").is_not_null()
    sound = days.filter(is_sound).select(
        "consumer", "meter", pl.col("day").dt.strftime("%Y-%m-%d "), "flag", "line",
        pl.concat_list(values).alias("value"),
        pl.lit(list(range(a_day)), dtype=pl.List(pl.Int64)).alias("slot"),
        pl.lit(clock, dtype=pl.List(pl.String)).alias("clock"),
    ).explode("value", "slot", "clock")  # fmt: skip
    if qualities.height:
        sound = sound.join(qualities, on=["line", "slot"], how="left", maintain_order="left")
        sound = sound.with_columns(pl.coalesce("part_flag", "flag").alias("flag"))
    mark = pl.col("flag").str.slice(0, 1)
    wrong = pl.when("bad_shape").then(pl.lit(f"not {a_day} values and a quality"))
    broken = days.filter(~is_sound).select(
        "consumer",
        "meter",
        pl.coalesce(pl.col("day").dt.strftime("%Y-%m-%d 00:00"), "c1").alias("time"),
        wrong.when(pl.col("day").is_null()).then(pl.lit("not a date such as 20260131")).otherwise("c2").alias("value"),
        pl.lit(None, dtype=pl.String).alias("quality"),
        "line",
    )
    readings = sound.select(
        "consumer",
        "meter",
        pl.concat_str("day", "clock").alias("time"),
        pl.when(mark != "N").then("value").otherwise(pl.when(mark.is_null()).then("value")).alias("value"),
        pl.when(mark.is_in(_ESTIMATED)).then(pl.lit("estimated")).otherwise(pl.lit("measured")).alias("quality"),
        "line",
    )
    return pl.concat([readings, broken])


def _with_shape(days: pl.DataFrame, values: list[str]) -> pl.DataFrame:
    """Add `day` (null where it is no date), `flag` (the quality) and `bad_shape` (too many or too few values)."""
    after = f"c{2 + len(values)}"
    flag, date = pl.col(after).str.strip_chars(), pl.col("c1").str.strip_chars()
    # A quality among the values: the row is too short. Where one stands behind them it is not looked for.
    too_short = (
        pl.any_horizontal(pl.col(values).str.contains(r"^\s*[A-Za-z]")) if days[after].null_count() else pl.lit(None)
    )
    bad_shape = pl.coalesce(~flag.str.contains(_QUALITY), too_short).fill_null(value=False)
    # Files that went through a spreadsheet have its dates.
    day = pl.coalesce(*(date.str.to_date(written, strict=False) for written in ("%Y%m%d", "%Y-%m-%d", "%d/%m/%Y")))
    return days.with_columns(day.alias("day"), bad_shape.alias("bad_shape"), flag.str.to_uppercase().alias("flag"))


def _qualities_of_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """What 400 records say of single intervals: `line` of their day, `slot` from 0, `part_flag`. Of a day that is not
    whole they say nothing; and no more than a few times its intervals, as each record of a few bytes may mean 288."""
    a_day = 24 * 60 // pl.col("minutes").fill_null(30)
    last_value = pl.when(a_day == 288).then("c289").when(a_day == 96).then("c97").otherwise("c49")
    line = pl.when(last_value.is_not_null()).then("line").otherwise(-1)
    day = pl.when(pl.col("record") == "300").then(line).forward_fill().alias("day_line")
    first, last = (pl.col(name).str.strip_chars().cast(pl.Int64, strict=False) for name in ("c1", "c2"))
    is_part = (pl.col("record") == "400") & first.is_between(1, last) & (last <= 288) & (pl.col("day_line") > 0)
    marked = rows.with_columns(day).filter(is_part)
    marked = marked.select(
        "day_line", first.alias("first"), pl.min_horizontal(last, a_day).alias("last"), a_day.alias("a_day"), "c3"
    )
    told = (pl.col("last") - pl.col("first") + 1).cum_sum().over("day_line")
    slots = marked.filter(told <= _TIMES_TOLD * pl.col("a_day")).select(
        pl.col("day_line").alias("line"),
        pl.int_ranges(pl.col("first") - 1, "last").alias("slot"),
        pl.col("c3").str.strip_chars().str.to_uppercase().alias("part_flag"),
    ).explode("slot")  # fmt: skip
    return slots.drop_nulls().unique(["line", "slot"], keep="last", maintain_order=True)


NEM12 = FileFormat("NEM12", _recognises, _tables)
