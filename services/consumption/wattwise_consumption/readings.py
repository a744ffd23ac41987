"""From text cells to readings: every row becomes a reading, a duplicate or a rejected row, and nothing is lost.

Invariant of a batch: read = readings + duplicates + rejected.
"""

from dataclasses import dataclass

import polars as pl

from wattwise_contract.imports import SeriesEvent
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import StampMarks

from . import grid
from .distinct import Column
from .doubles import without_duplicates
from .gathering import ROWS, measures_of
from .judging import blamed_cells, judged, judged_apart, without_idle_spring
from .layout import Layout, ValueColumn
from .meaning import SERIES, Meaning, Rhythm
from .numbers import number_format_of, numbers_from
from .periods import with_periods
from .placing import on_the_clock, placed
from .qualities import quality_of
from .registers_added import without_registers
from .row_kinds import quantity_of_rows
from .seasons import is_first_hour, is_summer, without_fold_letters
from .stamps import moments_from
from .units import unit_fits

_RISES = 12  # of a series before it can be a register by its looks


@dataclass(frozen=True)
class Batch:
    """`readings`: file, line, meter_key, consumer_key, quantity, starts_at (UTC µs), value, quality, sorted by meter
    and time. `rejected`: file, line, column, value, problem."""

    readings: pl.DataFrame
    rejected: pl.DataFrame
    read: int
    duplicate: int
    warnings: tuple[str, ...]
    gathered: pl.DataFrame | None = None  # rows to be converted when all are there, see gathering.py; not in `read`
    events: tuple[SeriesEvent, ...] = ()
    firsts: Column | None = None  # where each series begins in `readings`, where that is known


def batch_of(cells: pl.DataFrame, layout: Layout, meaning: Meaning, rhythm: Rhythm, *, file_keys: list[str]) -> Batch:
    """Readings of a frame of cells with `file` (the place in `file_keys`), `line` and `extra`. `rhythm` learns."""
    rows = _one_row_per_value(_with_moments(cells, layout, meaning), layout, meaning, file_keys)
    blank_cells = 0
    if len(layout.values) > 1:  # an empty cell of a wide table is no row of the file: it says nothing
        filled = rows.filter(pl.col("value_text").is_not_null() & (pl.col("value_text").str.strip_chars() != ""))
        blank_cells, rows = rows.height - filled.height, filled
    rows = _with_numbers(rows, meaning)
    rows, measures, added = without_registers(rows, meaning, rhythm)
    series = rows.select(SERIES).unique(maintain_order=True).with_row_index("series")
    rows = _sorted(rows.join(series, on=SERIES, nulls_equal=True, maintain_order="left"), "moment")
    steps = grid.steps_counted(rows, moment="moment")
    if measures is None:
        apart = series.with_columns(measures_of(rows, series, steps, meaning, rhythm).alias("measure"))
    else:
        apart = series.join(measures, on=SERIES, how="left", nulls_equal=True, maintain_order="left")
    rows, others = _parted(rows, apart)
    rows = _sorted(placed(rows, series, grid.usual_steps(steps), meaning, rhythm), "starts_at")
    rows = judged(rows, series, meaning, rhythm)
    others = judged_apart(_sorted(on_the_clock(others, meaning), "starts_at"), meaning)
    rhythm.learn_apart(apart)
    rows, idle = without_idle_spring(rows)
    is_sound = rows["problem"].is_null()
    sound, duplicate, contradicted, overlaps = without_duplicates(rows.filter(is_sound), meaning.duplicates)
    wrong = [rows.filter(~is_sound), contradicted, others.filter(pl.col("problem").is_not_null())]
    rejected = pl.concat([blamed_cells(frame) for frame in wrong]).sort("file", "line")
    readings = sound.select("file", "line", *SERIES, "consumer_key", "starts_at", "value", "quality")
    gathered = others.filter(pl.col("problem").is_null()).select(ROWS)
    read = readings.height + duplicate + rejected.height
    return Batch(
        readings, rejected, read, duplicate, (*_warnings(sound, blank_cells, idle), *added), gathered, overlaps
    )


def _parted(rows: pl.DataFrame, apart: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows of series that are taken as they are, rows of those to be gathered, with their `measure`)."""
    if apart["measure"].null_count() == apart.height:
        return rows, rows.clear().with_columns(pl.lit(None, dtype=pl.String).alias("measure"))
    others = rows.join(apart.drop_nulls("measure").select("series", "measure"), on="series", maintain_order="left")
    return rows.join(others.select("series").unique(), on="series", how="anti", maintain_order="left"), others


def _sorted(frame: pl.DataFrame, moment: str) -> pl.DataFrame:
    """Sorted by series and moment, without moving rows that are in order already."""
    before = pl.col("series").shift() > pl.col("series")
    back = (pl.col("series").shift() == pl.col("series")) & (pl.col(moment).shift() > pl.col(moment))
    unknown = pl.col(moment).is_null()  # of a row of sums, say: nothing tells whether it stands in order
    if frame.select((before | back | unknown).any()).item():
        return frame.sort("series", moment, maintain_order=True)
    return frame


def _with_moments(cells: pl.DataFrame, layout: Layout, meaning: Meaning) -> pl.DataFrame:
    moments = moments_from(cells[layout.time], layout.stamps)
    text = pl.col(layout.time)
    summer = pl.lit(None, dtype=pl.Boolean)
    if layout.season:
        summer = is_summer(pl.col(layout.season))
    elif layout.stamps.fold_letters or layout.time_of_day:
        summer = is_first_hour(pl.col(layout.time_of_day or layout.time))
    rows = cells.with_columns(moments["instant"], moments["local"], text.alias("stamp_text"), summer.alias("summer"))
    if layout.period:
        return with_periods(rows, layout, meaning)
    if not layout.time_of_day:
        return rows
    clock_text = without_fold_letters(pl.col(layout.time_of_day).str.strip_chars().str.to_uppercase()).str.replace_all(
        ".", ":", literal=True
    )
    day = pl.lit("2000-01-01 ") + clock_text
    patterns = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p", "%Y-%m-%d %I:%M%p")
    times = pl.coalesce(*(day.str.to_datetime(pattern, strict=False, time_unit="us") for pattern in patterns))
    since_midnight = times - pl.datetime(2000, 1, 1)
    midnight_after = pl.when(clock_text.str.starts_with("24:00")).then(pl.duration(days=1)).otherwise(since_midnight)
    both = pl.concat_str(text, pl.col(layout.time_of_day), separator=" ", ignore_nulls=True)
    return rows.with_columns((pl.col("local") + midnight_after).alias("local"), both.alias("stamp_text"))


def _one_row_per_value(rows: pl.DataFrame, layout: Layout, meaning: Meaning, file_keys: list[str]) -> pl.DataFrame:
    keys = pl.Series("key", file_keys, dtype=pl.String)
    own = pl.lit(keys).gather(pl.col("file")) if len(file_keys) else pl.lit("")
    meter = _key(layout.meter) if layout.meter else _key(layout.consumer) if layout.consumer else own
    consumer = _key(layout.consumer) if layout.consumer else meter
    if layout.is_shared_name:
        meter = pl.concat_str(consumer, meter, separator=" ")
    rows = rows.with_columns(
        meter.alias("meter_key"), consumer.alias("consumer_key"), quality_of(layout.quality, rows).alias("quality")
    )
    return pl.concat([_of_one_column(rows, value, layout, meaning) for value in layout.values])


def _key(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars(" \t\r\n\"'=")
    return pl.when(text != "").then(text)


def _of_one_column(rows: pl.DataFrame, value: ValueColumn, layout: Layout, meaning: Meaning) -> pl.DataFrame:
    quantity = pl.lit(value.quantity.value)
    if layout.kind:
        quantity = quantity_of_rows(layout.kind, layout.kinds, value.quantity)
    local = pl.col("local")
    if layout.row_per_day:
        after_midnight = 24 * 60 * (value.minute == 0 and meaning.marks is StampMarks.END)
        local = local + pl.duration(minutes=value.minute + after_midnight)
    instant = pl.col("instant")
    if layout.elapsed:
        midnight = pl.col("local").dt.replace_time_zone(meaning.stamps_in, ambiguous="earliest", non_existent="null")
        instant = midnight.dt.convert_time_zone("UTC") + pl.duration(minutes=value.minute)
        local = pl.lit(None, dtype=pl.Datetime("us"))
    own_key = pl.lit(value.meter_key) if value.meter_key else pl.col("meter_key")
    return rows.select(
        "file", "line", "extra", "stamp_text", "summer", instant.alias("instant"), local.alias("local"),
        quality_of(value.quality, rows).alias("quality") if value.quality else pl.col("quality"),
        own_key.alias("meter_key"),
        pl.lit(value.meter_key).alias("consumer_key") if value.meter_key else pl.col("consumer_key"),
        quantity.alias("quantity"),
        pl.col(value.column).alias("value_text"),
        pl.lit(value.name).alias("column"),
        *_unit_of_rows(value, layout, meaning),
        _register(value, layout).alias("register"),
    )  # fmt: skip


def _register(value: ValueColumn, layout: Layout) -> pl.Expr:
    """Which of a meter's registers a row is of."""
    others = [other for other in layout.values if other.quantity is value.quantity and not other.meter_key]
    if len(others) > 1 and not layout.row_per_day:
        return pl.lit(value.name)
    return pl.col(layout.register).str.strip_chars().fill_null("") if layout.register else pl.lit("")


def _unit_of_rows(value: ValueColumn, layout: Layout, meaning: Meaning) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """`factor`, `offset` and `is_power` of each row; a null factor where its unit is not known."""
    units = {"": value.unit}
    quantities = {value.quantity, *(kind for _, kind in layout.kinds if kind is not None)}
    if layout.unit:
        units |= {name: unit for name, unit in layout.units if any(unit_fits(unit, each) for each in quantities)}
    text = pl.col(layout.unit).str.strip_chars().str.to_lowercase().fill_null("") if layout.unit else pl.lit("")
    columns = (
        {name: unit.factor for name, unit in units.items()},
        {name: unit.offset for name, unit in units.items()},
        {name: unit.family == "power" for name, unit in units.items()},
    )
    if not layout.unit:
        factor, offset, is_power = (pl.lit(of[""]) for of in columns)
    else:
        factor = text.replace_strict(columns[0], default=None, return_dtype=pl.Float64)
        offset = text.replace_strict(columns[1], default=0.0, return_dtype=pl.Float64)
        is_power = text.replace_strict(columns[2], default=False, return_dtype=pl.Boolean)
    if Quantity.GAS in quantities and "volume" in {unit.family for unit in units.values()}:
        is_volume = text.is_in([name for name, unit in units.items() if unit.family == "volume"])
        factor = pl.when(is_volume).then(factor * meaning.kwh_per_m3()).otherwise(factor)
    if layout.kind:  # a null quantity is none that is kept
        factor = pl.when(quantity_of_rows(layout.kind, layout.kinds, value.quantity).is_not_null()).then(factor)
    return factor.alias("factor"), offset.alias("offset"), is_power.alias("is_power")


def _with_numbers(long: pl.DataFrame, meaning: Meaning) -> pl.DataFrame:
    sample = long["value_text"].head(20_000).drop_nulls()
    written = number_format_of(sample, comma_splits_cells=meaning.comma_splits_cells, decimal=meaning.decimal)
    moment = pl.coalesce("local", pl.col("instant").dt.replace_time_zone(None))
    long = long.with_columns(numbers_from(pl.col("value_text"), written).alias("value"), moment.alias("moment"))
    return _with_export_apart(long) if meaning.negative_is_export else long


def _with_export_apart(long: pl.DataFrame) -> pl.DataFrame:
    """Net readings as two series, the other one zero: what is below zero was fed into the grid."""
    is_net = pl.col("quantity") == Quantity.ELECTRICITY_IMPORT.value
    if not long.select((is_net & (pl.col("value") < 0)).any()).item():
        return long
    taken = pl.when(is_net & (pl.col("value") < 0)).then(0.0).otherwise(pl.col("value"))
    fed = long.filter(is_net).with_columns(
        pl.when(pl.col("value") < 0).then(-pl.col("value")).otherwise(pl.col("value") * 0.0).alias("value"),
        pl.lit(Quantity.ELECTRICITY_EXPORT.value).alias("quantity"),
    )
    return pl.concat([long.with_columns(taken.alias("value")), fed])


def _warnings(sound: pl.DataFrame, blank_cells: int, idle_in_spring: int = 0) -> tuple[str, ...]:
    sentences: list[str] = []
    if guessed := int(sound["autumn_guessed"].sum()):
        sentences.append(
            f"{guessed:,} readings are stamped within the hour that autumn's clock change repeats, and are there once: "
            "they were taken for the first of the two hours."
        )
    if "spring_moved" in sound.columns and (moved := int(sound["spring_moved"].sum())):
        sentences.append(
            f"{moved:,} readings are stamped within the hour that spring's clock change leaves out, and the hour after it "
            "is empty: they were taken for that hour."
        )
    if blank_cells:
        sentences.append(f"{blank_cells:,} cells are blank: no reading, and not counted as rows.")
    if idle_in_spring:
        sentences.append(
            f"{idle_in_spring:,} rows are blank or zero in the hour that spring's clock change leaves out: they were "
            "left out, too, and not counted as rows."
        )
    return tuple(sentences)
